import { describe, expect, test } from 'bun:test';
import { createFakeClock } from '../testing/index.ts';
import { createMemoryOutbox } from './memory-outbox.ts';
import { createSendLoop } from './send-loop.ts';
import type { SendOutcome } from './send-outcome.ts';

function setUp(
  answer: (ids: readonly number[]) => SendOutcome | Promise<SendOutcome> = () => ({ status: 'sent' }),
) {
  const clock = createFakeClock();
  const outbox = createMemoryOutbox<number>({
    maxBytes: 1e9,
    whenFull: 'drop-oldest',
    weigh: () => ({ bytes: 1_024, points: 1 }),
  });
  const requests: { at: number; ids: readonly number[] }[] = [];
  const committed: number[] = [];
  const told: string[] = [];
  const start = clock.now();
  const loop = createSendLoop<number>({
    outbox,
    clock,
    intervalMillis: 1_000,
    maxRequestBytes: 64 * 1_024,
    observer: {
      sent: (points) => told.push(`sent ${points}`),
      dropped: (points) => told.push(`dropped ${points}`),
      failed: (_, failures) => told.push(`failed ${failures}`),
    },
    prepare: (batch) => ({
      send: async () => {
        requests.push({ at: clock.now() - start, ids: batch.items });
        return answer(batch.items);
      },
      commit: () => committed.push(...batch.items),
    }),
  });
  const put = (...ids: number[]) => {
    outbox.append(ids);
    loop.notify();
  };
  return { clock, outbox, loop, requests, committed, told, put };
}

describe('createSendLoop', () => {
  test('what comes within the interval leaves together, once the interval is over', async () => {
    const { clock, requests, put } = setUp();
    put(1);
    await clock.advance(600);
    put(2);
    await clock.advance(399);
    expect(requests).toEqual([]);
    await clock.advance(1);
    expect(requests).toEqual([{ at: 1_000, ids: [1, 2] }]);
  });

  test('a backlog leaves in chunks without waiting in between', async () => {
    const { clock, requests, put } = setUp();
    put(...Array.from({ length: 130 }, (_, index) => index));
    await clock.advance(999);
    expect(requests.map(({ at, ids }) => [at, ids.length])).toEqual([
      [0, 64],
      [0, 64],
    ]);
    await clock.advance(1_000);
    expect(requests.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: 130 }, (_, index) => index));
  });

  test('a whole request’s worth does not wait for the interval, but for the end of a retry’s delay', async () => {
    const { clock, requests, put } = setUp();
    put(1);
    await clock.advance(500);
    for (let id = 2; id <= 64; id++) put(id);
    await clock.advance(0);
    expect(requests.map(({ at, ids }) => [at, ids.length])).toEqual([[500, 64]]);

    const away = setUp(() => ({ status: 'retry', reason: 'away', afterMillis: 5_000 }));
    away.put(...Array.from({ length: 64 }, (_, index) => index));
    await away.clock.advance(0);
    away.put(...Array.from({ length: 64 }, (_, index) => 64 + index));
    await away.clock.advance(4_999);
    expect(away.requests.length).toBe(1);
  });

  test('one request at a time', async () => {
    let release = () => {};
    const { clock, requests, put } = setUp(
      () =>
        new Promise<SendOutcome>((resolve) => {
          release = () => resolve({ status: 'sent' });
        }),
    );
    put(1);
    await clock.advance(1_000);
    put(2);
    await clock.advance(60_000);
    expect(requests).toHaveLength(1);
    release();
    await clock.advance(1_000);
    expect(requests).toHaveLength(2);
  });

  test('a request that was not taken is sent again as it was, with growing pauses, and committed once', async () => {
    let failures = 6;
    const { clock, requests, committed, told, put } = setUp(() =>
      failures-- > 0 ? { status: 'retry', reason: 'away' } : { status: 'sent' },
    );
    put(1);
    await clock.advance(1_000);
    put(2);
    await clock.advance(60_000);
    expect(requests.slice(0, 7).map(({ ids }) => ids)).toEqual(new Array(7).fill([1]));
    const pauses = requests.slice(1, 7).map(({ at }, index) => at - requests[index]!.at);
    for (const [index, pause] of pauses.entries()) {
      const full = Math.min(250 * 2 ** index, 5_000);
      expect(pause).toBeGreaterThanOrEqual(full * 0.75 - 1);
      expect(pause).toBeLessThanOrEqual(full + 1);
    }
    expect(committed).toEqual([1, 2]);
    expect(told).toEqual([
      'failed 1',
      'failed 2',
      'failed 3',
      'failed 4',
      'failed 5',
      'failed 6',
      'sent 1',
      'sent 1',
    ]);
  });

  test('waits as long as the receiver asks', async () => {
    let asked = false;
    const { clock, requests, put } = setUp(() => {
      if (asked) return { status: 'sent' };
      asked = true;
      return { status: 'retry', reason: 'busy', afterMillis: 7_000 };
    });
    put(1);
    await clock.advance(7_999);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(requests).toHaveLength(2);
  });

  test('what is refused for good is dropped, counted, and does not hold up the rest', async () => {
    const { clock, committed, told, put } = setUp((ids) =>
      ids.includes(1) ? { status: 'refused', reason: 'bad' } : { status: 'sent' },
    );
    put(1);
    await clock.advance(1_000);
    put(2);
    await clock.advance(1_000);
    expect(told).toEqual(['dropped 1', 'sent 1']);
    expect(committed).toEqual([1, 2]);
  });

  test('a request that is too large goes in halves; an item that alone is too large is dropped', async () => {
    const { clock, requests, told, put } = setUp((ids) =>
      ids.includes(99) || ids.length > 20 ? { status: 'too_large', reason: 'large' } : { status: 'sent' },
    );
    put(...Array.from({ length: 40 }, (_, index) => index));
    await clock.advance(10_000);
    const sent = requests.filter(({ ids }) => ids.length <= 20).flatMap(({ ids }) => ids);
    expect(sent).toEqual(Array.from({ length: 40 }, (_, index) => index));
    put(99);
    await clock.advance(2_000);
    expect(told.at(-1)).toBe('dropped 1');
  });

  test('flush sends at once and says whether all went', async () => {
    let away = true;
    const { clock, loop, outbox, put } = setUp(() =>
      away ? { status: 'retry', reason: 'away' } : { status: 'sent' },
    );
    put(1, 2);
    const failing = loop.flush(2_000);
    await clock.advance(2_000);
    expect(await failing).toBe(false);
    expect(outbox.pendingItems).toBe(2);
    away = false;
    const passing = loop.flush(10_000);
    await clock.advance(10_000);
    expect(await passing).toBe(true);
    expect(outbox.pendingItems).toBe(0);
  });

  test('flush of nothing is done at once, and after stop nothing begins', async () => {
    const { clock, loop, requests, put } = setUp();
    expect(await loop.flush(1_000)).toBe(true);
    loop.stop();
    put(1);
    await clock.advance(10_000);
    expect(requests).toEqual([]);
    expect(await loop.flush(1_000)).toBe(false);
  });
});
