import { expect, test } from 'bun:test';
import { collectGarbage } from './collect-garbage.ts';

test('collects after every 32 MiB, and passes on what the committer says', async () => {
  let collected = 0;
  const committer = collectGarbage(
    { check: () => 'no', commit: async () => ({ kind: 'corrupt', reason: 'so' }) },
    () => collected++,
  );
  const name = { id: 'a', receivedAt: 0 };
  expect(committer.check(new Uint8Array())).toBe('no');
  const mebibytes = [new Uint8Array(2 ** 20), new Uint8Array(2 ** 20)];
  for (let batch = 1; batch <= 33; batch++) {
    expect(await committer.commit('logs', mebibytes, name)).toEqual({ kind: 'corrupt', reason: 'so' });
  }
  expect(collected).toBe(2);
});
