import { describe, expect, test } from 'bun:test';
import type { Answer } from './answer.ts';
import { createGroupCommit } from './group-commit.ts';
import { controllableCommitter } from './testing/controllable-committer.ts';
import { manualTimer } from './testing/manual-timer.ts';

const FAILED = { kind: 'failed', retryable: true, reason: 'away' } as const;
const CORRUPT = { kind: 'corrupt', reason: 'not protobuf' } as const;
const COMMITTED = { kind: 'committed' } as const;

function setUp(options: { maxBatchBytes?: number; maxBatchRequests?: number; intervalMillis?: number } = {}) {
  const committer = controllableCommitter();
  const timer = manualTimer();
  const tries: string[] = [];
  const group = createGroupCommit({
    signal: 'traces',
    committer,
    timer,
    observer: { tried: (_signal, { requests }, { kind }) => void tries.push(`${requests} ${kind}`) },
    retryDelaysMillis: [100, 400],
    delayMillis: 20,
    intervalMillis: 0,
    maxBatchBytes: 1_000,
    maxBatchRequests: 100,
    ...options,
  });
  const answers: string[] = [];
  const send = (name: string, isAbandoned = () => false) => {
    group.add({
      bytes: Buffer.from(name),
      isAbandoned,
      answer: (answer: Answer) => void answers.push(`${name} ${answer.kind}`),
    });
  };
  return { committer, timer, group, tries, answers, send };
}

const names = (requests: readonly Uint8Array[]) => requests.map((request) => Buffer.from(request).toString());

/** Lets everything run that waits for nothing but its turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('group commit', () => {
  test('commits what arrives within the delay together, in order, and answers only then', async () => {
    const { committer, timer, answers, send } = setUp();
    for (const name of ['a', 'b', 'c']) send(name);
    await turn();
    expect(timer.delays).toEqual([20]);
    expect(committer.begun).toBe(0);
    timer.pass();
    const commit = await committer.next();
    expect(names(commit.requests)).toEqual(['a', 'b', 'c']);
    await turn();
    expect(answers).toEqual([]);
    commit.settle(COMMITTED);
    await turn();
    expect(answers).toEqual(['a accepted', 'b accepted', 'c accepted']);
  });

  test('has one batch in flight; what arrives meanwhile makes the next', async () => {
    const { committer, timer, answers, send } = setUp();
    send('a');
    timer.pass();
    const first = await committer.next();
    for (const name of ['b', 'c', 'd']) send(name);
    timer.pass();
    await turn();
    expect(committer.begun).toBe(0);
    first.settle(COMMITTED);
    await turn();
    timer.pass();
    const second = await committer.next();
    expect(names(second.requests)).toEqual(['b', 'c', 'd']);
    expect(second.name.id).not.toBe(first.name.id);
    second.settle(COMMITTED);
    await turn();
    expect(answers).toHaveLength(4);
  });

  test('begins little ones no more often than the interval, counted from the last beginning', async () => {
    const { committer, timer, answers, send } = setUp({ intervalMillis: 250 });
    send('a');
    expect(timer.delays).toEqual([20]);
    timer.pass();
    (await committer.next()).settle(COMMITTED);
    await turn();
    timer.advance(100);
    send('b');
    await turn();
    timer.pass();
    await turn();
    expect(committer.begun).toBe(0);
    expect(timer.delays).toEqual([130]);
    send('c');
    timer.pass();
    const second = await committer.next();
    expect(names(second.requests)).toEqual(['b', 'c']);
    second.settle(COMMITTED);
    await turn();
    timer.advance(1_000);
    send('d');
    await turn();
    timer.pass();
    expect(names((await committer.next()).requests)).toEqual(['d']);
    expect(answers).toEqual(['a accepted', 'b accepted', 'c accepted']);
  });

  test('lets what is not little wait for the delay only', async () => {
    const { committer, timer, send } = setUp({ intervalMillis: 250, maxBatchBytes: 1e6 });
    send('a');
    timer.pass();
    (await committer.next()).settle(COMMITTED);
    await turn();
    send('b');
    await turn();
    timer.pass();
    await turn();
    expect(timer.delays).toEqual([230]);
    send('c'.repeat(70_000));
    expect((await committer.next()).requests).toHaveLength(2);
    expect(timer.delays).toEqual([]);
  });

  test('waits for the rest while much comes, five delays at most', async () => {
    const { committer, timer, send } = setUp({ maxBatchBytes: 1e9 });
    const comeAndPass = async () => {
      send('x'.repeat(70_000));
      timer.pass();
      await turn();
    };
    send('x'.repeat(70_000));
    await comeAndPass();
    expect([committer.begun, timer.delays]).toEqual([0, [20]]);
    timer.pass();
    const first = await committer.next();
    expect(first.requests).toHaveLength(2);
    first.settle(COMMITTED);
    await turn();
    send('x'.repeat(70_000));
    await turn();
    for (let delay = 0; delay < 5; delay++) await comeAndPass();
    expect((await committer.next()).requests).toHaveLength(6);
  });

  test('waits for those who were answered together, though a delay brings none of them', async () => {
    const { committer, timer, send } = setUp({ maxBatchBytes: 1e9 });
    const much = () => send('x'.repeat(70_000));
    for (let sender = 0; sender < 3; sender++) much();
    timer.pass();
    await turn();
    timer.pass();
    const first = await committer.next();
    expect(first.requests).toHaveLength(3);
    much();
    first.settle(COMMITTED);
    await turn();
    for (let delay = 0; delay < 2; delay++) {
      timer.pass();
      await turn();
    }
    expect([committer.begun, timer.delays]).toEqual([0, [20]]);
    for (let sender = 0; sender < 3; sender++) much();
    timer.pass();
    await turn();
    timer.pass();
    expect((await committer.next()).requests).toHaveLength(4);
  });

  test('begins a second batch beside the first where a full one waits, and never a third', async () => {
    const { committer, timer, answers, group, send } = setUp({ maxBatchBytes: 6e6 });
    send('a');
    timer.pass();
    const first = await committer.next();
    send('b');
    await turn();
    expect([committer.begun, timer.delays]).toEqual([0, []]);
    send('c'.repeat(7e6));
    const second = await committer.next();
    expect(second.requests).toHaveLength(2);
    send('d'.repeat(7e6));
    await turn();
    expect(committer.begun).toBe(0);
    second.settle(COMMITTED);
    const third = await committer.next();
    const drained = group.drain();
    third.settle(COMMITTED);
    await turn();
    expect(answers.map((answer) => answer.slice(-10))).toEqual(['b accepted', 'c accepted', 'd accepted']);
    first.settle(COMMITTED);
    await drained;
    expect(answers).toHaveLength(4);
  });

  test('a full batch, by bytes or by number, waits for nothing and leaves the rest to the next', async () => {
    const byNumber = setUp({ maxBatchRequests: 2 });
    for (const name of ['a', 'b', 'c']) byNumber.send(name);
    expect(names((await byNumber.committer.next()).requests)).toEqual(['a', 'b']);

    const byBytes = setUp({ maxBatchBytes: 10 });
    for (const name of ['12345', '678901', 'x']) byBytes.send(name);
    expect(names((await byBytes.committer.next()).requests)).toEqual(['12345', '678901']);
    expect(byBytes.timer.delays).toEqual([]);
  });

  test('a corrupt request is found, answered alone, and the others are committed', async () => {
    const { committer, timer, answers, send, tries } = setUp();
    for (const name of ['a', 'b', 'BAD', 'c', 'd']) send(name);
    timer.pass();
    const ids = new Set<string>();
    while (answers.length < 5) {
      const commit = await committer.next();
      ids.add(commit.name.id);
      commit.settle(names(commit.requests).includes('BAD') ? CORRUPT : COMMITTED);
      await turn();
    }
    expect(answers).toEqual(['a accepted', 'b accepted', 'BAD invalid', 'c accepted', 'd accepted']);
    expect(ids.size).toBe(tries.length);
  });

  test('what failed is tried again with the same bytes under the same name', async () => {
    const { committer, timer, answers, send } = setUp();
    send('a');
    send('b');
    timer.pass();
    const first = await committer.next();
    first.settle(FAILED);
    await turn();
    expect(timer.delays).toEqual([100]);
    timer.pass();
    const second = await committer.next();
    expect([second.name, names(second.requests)]).toEqual([first.name, ['a', 'b']]);
    second.fail(new Error('thrown'));
    await turn();
    expect(timer.delays).toEqual([400]);
    timer.pass();
    const third = await committer.next();
    expect(third.name).toEqual(first.name);
    third.settle(COMMITTED);
    await turn();
    expect(answers).toEqual(['a accepted', 'b accepted']);
  });

  test('gives up after its tries, and at once where trying is of no use; the next batch has its chance', async () => {
    const { committer, timer, answers, send, tries } = setUp();
    send('a');
    for (let tried = 0; tried < 3; tried++) {
      timer.pass();
      (await committer.next()).settle(FAILED);
      await turn();
    }
    expect(answers).toEqual(['a unavailable']);
    send('b');
    timer.pass();
    (await committer.next()).settle({ ...FAILED, retryable: false });
    await turn();
    send('c');
    timer.pass();
    (await committer.next()).settle(COMMITTED);
    await turn();
    expect(answers.slice(1)).toEqual(['b failed', 'c accepted']);
    expect(tries).toEqual(['1 failed', '1 failed', '1 failed', '1 failed', '1 committed']);
  });

  test('a request that the store fails on keeps nobody else out for good', async () => {
    const { committer, timer, answers, send } = setUp();
    const senders = ['a', 'b', 'c', 'POISON', 'd'];
    const waiting = new Set(senders);
    while (waiting.size > 1) {
      const answered = answers.length;
      for (const name of waiting) send(name);
      while (answers.length < answered + waiting.size) {
        timer.pass();
        while (committer.begun > 0) {
          const commit = await committer.next();
          commit.settle(names(commit.requests).includes('POISON') ? FAILED : COMMITTED);
        }
        await turn();
      }
      for (const name of senders) if (answers.includes(`${name} accepted`)) waiting.delete(name);
    }
    expect([...waiting]).toEqual(['POISON']);
  });

  test('drops what its sender has left before its turn came', async () => {
    const { committer, timer, answers, send } = setUp();
    let gone = false;
    send('a', () => gone);
    send('b');
    gone = true;
    timer.pass();
    expect(names((await committer.next()).requests)).toEqual(['b']);
    expect(answers).toEqual(['a cancelled']);
  });

  test('drain commits at once what was added, and nothing is added after', async () => {
    const { committer, group, answers, send } = setUp();
    send('a');
    let drained = false;
    const draining = group.drain().then(() => {
      drained = true;
    });
    const commit = await committer.next();
    send('late');
    await turn();
    expect([drained, answers]).toEqual([false, ['late unavailable']]);
    commit.settle(COMMITTED);
    await draining;
    expect(answers).toEqual(['late unavailable', 'a accepted']);
    await group.drain();
  });
});
