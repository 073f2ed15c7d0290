import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { batchToken } from '../../ingest/insert-statements.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { ResultCache } from '../cache/result-cache.ts';
import { deleteRun } from '../runs/delete-run.ts';
import { metricRequest, numberPoint } from '../testing/make-requests.ts';
import type { TrainingSeriesRequest } from './curve.ts';
import { trainingSeries } from './training-series.ts';

const START = 1_780_000_000_000;
const NANOS = 1_000_000n;

let store: OpenedStore;
let connection: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
}, 30_000);
afterAll(() => store[Symbol.asyncDispose]());

interface Sent {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly value: number;
  readonly epoch?: number;
  readonly batch?: number;
  readonly rank?: string;
}

function send(run: string, points: readonly Sent[], { metric = 'loss', received = 0 } = {}) {
  const dataPoints = points.map(({ at, value, ...attributes }) =>
    numberPoint({
      time: BigInt(START + at) * NANOS,
      start: BigInt(START) * NANOS,
      value,
      attributes: { 'job.id': run, ...attributes },
    }),
  );
  const request = metricRequest('trainer', { name: `ml.training.${metric}`, gauge: { dataPoints } });
  return insert(connection, 'metrics', request, batchToken(START + received * 1_000, crypto.randomUUID()));
}

const ask = (request: Partial<TrainingSeriesRequest> & { runs: readonly string[] }) =>
  trainingSeries(connection, { metrics: ['ml.training.loss'], ...request });
const curve = async (run: string, request: Partial<TrainingSeriesRequest> = {}) =>
  (await ask({ runs: [run], ...request })).curves[0]!;
const steps = (from: number, to: number, at: number, value = (step: number) => step): Sent[] =>
  Array.from({ length: to - from }, (_, i) => ({
    at: at + i * 10,
    batch: from + i,
    value: value(from + i),
  }));

describe('a curve', () => {
  test('has each point, with what is not finite', async () => {
    await send('plain', [
      { at: 0, epoch: 0, batch: 0, value: 3 },
      { at: 10, epoch: 0, batch: 1, value: Number.NaN },
      { at: 20, epoch: 1, batch: 0, value: Number.NEGATIVE_INFINITY },
    ]);
    const nan = Number.NaN;
    const time = [START, START + 10, START + 20];
    expect(await curve('plain')).toEqual({
      run: 'plain',
      metric: 'ml.training.loss',
      series: expect.stringMatching(/^\d+$/),
      attributes: { 'job.id': 'plain' },
      unit: '',
      by: 'step',
      exact: true,
      attempts: [{ step: 0, epoch: 0, time: START }],
      attempt: undefined,
      x: [0, 1, 2],
      xLast: [0, 1, 2],
      first: [3, nan, Number.NEGATIVE_INFINITY],
      last: [3, nan, Number.NEGATIVE_INFINITY],
      min: [3, nan, nan],
      max: [3, nan, nan],
      time,
      timeLast: time,
      notFinite: [0, 1, 4],
    });
  });

  test('is drawn by epoch, time, or time since the run began', async () => {
    expect((await curve('plain', { x: 'epoch' })).x).toEqual([0, 0.5, 1]);
    expect((await curve('plain', { x: 'time' })).x).toEqual([START, START + 10, START + 20]);
    expect((await curve('plain', { x: 'relative' })).x).toEqual([0, 10, 20]);
  });

  test('without batches is drawn by epoch, without either by time', async () => {
    await send('bare', [
      { at: 0, epoch: 0.5, value: 1 },
      { at: 5, epoch: 1, value: 2 },
      { at: 9, value: 3 },
    ]);
    const { curves } = await ask({ runs: ['bare'] });
    expect(curves.map(({ by, x }) => [by, x])).toEqual([
      ['epoch', [0.5, 1]],
      ['time', [START + 9]],
    ]);
  });

  test('of a range ends before its end', async () => {
    await send('range', steps(0, 100, 0));
    expect((await curve('range', { from: 10, to: 12 })).x).toEqual([10, 11]);
    expect((await ask({ runs: ['range'], from: 100, to: 200 })).curves).toEqual([]);
  });

  test('in buckets keeps the least and the greatest, and all of its points have a place', async () => {
    const wild = (step: number) => (step === 777 ? 1e9 : step === 778 ? Number.POSITIVE_INFINITY : step % 10);
    await send('many', steps(0, 2_000, 0, wild));
    const found = await curve('many', { points: 20 });
    expect(found.exact).toBe(false);
    expect(found.x.length).toBeLessThanOrEqual(21);
    expect([found.x[0], found.xLast.at(-1)]).toEqual([0, 1_999]);
    for (const [i, x] of found.x.entries()) if (i > 0) expect(x).toBe(found.xLast[i - 1]! + 1);
    const wildAt = found.x.findIndex((x, i) => x <= 777 && found.xLast[i]! >= 778);
    expect([found.max[wildAt], found.notFinite[wildAt]]).toEqual([1e9, 2]);
    expect(Math.min(...found.min)).toBe(0);
  });

  test.each([1_000, 3])(
    'of a run that resumed shows the later attempt, and the abandoned tail on request (%d points)',
    async (points) => {
      const run = `resumed ${points}`;
      await send(run, steps(0, 200, 0));
      await send(
        run,
        steps(150, 180, 1e7, (step) => -step),
      );
      const latest = await curve(run, { points });
      expect([latest.x[0], latest.xLast.at(-1), latest.last.at(-1)]).toEqual([0, 179, -179]);
      expect(latest.attempts).toEqual([
        { step: 0, epoch: 0, time: START },
        { step: 150, epoch: 0, time: START + 1e7 },
      ]);
      const { curves } = await ask({ runs: [run], points, attempts: 'all' });
      expect(curves.map(({ attempt, x, xLast }) => [attempt, x[0], xLast.at(-1)])).toEqual([
        [0, 0, 199],
        [1, 150, 179],
      ]);
    },
  );

  test('several runs, metrics and ranks come in one answer', async () => {
    for (const run of ['a', 'b'])
      for (const metric of ['loss', 'accuracy'])
        await send(
          run,
          ['0', '1'].flatMap((rank) => [{ at: 0, batch: 1, rank, value: 1 }]),
          { metric },
        );
    const metrics = ['ml.training.loss', 'ml.training.accuracy'];
    const all = await ask({ runs: ['b', 'a', 'none', 'a'], metrics });
    expect(all.runs.map(({ run }) => run)).toEqual(['b', 'a']);
    expect(all.curves.map(({ run, metric }) => `${run} ${metric.slice(12)}`)).toEqual([
      'b accuracy',
      'b accuracy',
      'b loss',
      'b loss',
      'a accuracy',
      'a accuracy',
      'a loss',
      'a loss',
    ]);
    const one = await ask({ runs: ['a', 'b'], metrics, ranks: ['1'] });
    expect(one.curves.map(({ attributes }) => attributes.rank)).toEqual(['1', '1', '1', '1']);
  });
});

describe('a live page', () => {
  test('reads on from its last bucket, and is told when it must read all again', async () => {
    await send('live', steps(0, 100, 0), { received: 10 });
    const before = await ask({ runs: ['live'] });
    expect(before.receivedAt).toBe(START / 1_000 + 10);
    const on = { runs: ['live'], from: before.curves[0]!.x.at(-1)!, since: before.receivedAt + 1 };
    await send('live', steps(100, 110, 1_000), { received: 20 });
    const after = await ask(on);
    expect(after.curves[0]!.x).toEqual(Array.from({ length: 11 }, (_, i) => 99 + i));
    expect(after.changedBefore).toBe(false);
    await send('live', [{ at: 5, batch: 50, value: 7 }], { received: 30 });
    expect((await ask(on)).changedBefore).toBe(true);
    expect((await ask({ ...on, points: 1 })).changedBefore).toBe(true);
  });

  test('sees another version of the axis when a late point of an earlier epoch moves it', async () => {
    await send('shifted', [
      { at: 0, epoch: 0, batch: 0, value: 1 },
      { at: 20, epoch: 1, batch: 0, value: 1 },
    ]);
    const before = await ask({ runs: ['shifted'] });
    await send('shifted', [{ at: 10, epoch: 0, batch: 1, value: 1 }]);
    const after = await ask({ runs: ['shifted'] });
    expect([before, after].map(({ curves }) => curves[0]!.x)).toEqual([
      [0, 1],
      [0, 1, 2],
    ]);
    expect(after.runs[0]!.axisVersion).not.toBe(before.runs[0]!.axisVersion);
  });
});

describe('curves that are kept', () => {
  /** Statements about points and cells, which are what takes long. */
  let read: string[];
  const counted = () =>
    Object.assign(Object.create(connection), {
      query: (sql: string, options: object) => {
        if (/training_(cells|points)/.test(sql)) read.push(sql);
        return connection.query(sql, options);
      },
    }) as Connection;
  const HOUR = 3_600_000;
  const kept = (runs: string[], cache: ResultCache, more: Partial<TrainingSeriesRequest> = {}) => {
    read = [];
    return trainingSeries(counted(), { runs, metrics: ['ml.training.loss'], ...more }, { cache });
  };
  const cacheAt = (millis: number) =>
    new ResultCache(connection, { now: () => BigInt(START + millis) * NANOS });

  test('are those that were read, until something comes', async () => {
    const cache = cacheAt(HOUR);
    await send('kept', [...steps(0, 200, 0), { at: 3_000, batch: 100, value: Number.NaN }], { received: 1 });
    const first = await kept(['kept'], cache);
    expect(read.length).toBeGreaterThan(0);
    expect(await kept(['kept'], cache)).toEqual(first);
    expect(read).toEqual([]);
    expect((await kept(['kept'], cache, { points: 10 })).curves[0]!.x.length).toBeLessThan(20);
    // A step that comes again late: the curve's end is as it was.
    await send('kept', [{ at: 50, batch: 4, value: 77 }], { received: 2 });
    const fresh = await kept(['kept'], cache);
    expect(fresh).toEqual(await ask({ runs: ['kept'] }));
    expect(fresh.curves[0]!.last[4]).toBe(77);
  });

  test('are not those of a run that may still be speaking', async () => {
    const cache = cacheAt(30_000);
    await send('speaking', steps(0, 10, 0), { received: 1 });
    for (let i = 0; i < 2; i++) {
      await kept(['speaking'], cache);
      expect(read.length).toBeGreaterThan(0);
    }
    expect(cache.bytes).toBe(0);
  });

  test('are gone with their run', async () => {
    const cache = cacheAt(HOUR);
    await send('going', steps(0, 10, 0), { received: 1 });
    expect((await kept(['going'], cache)).curves).toHaveLength(1);
    await deleteRun(connection, 'going');
    expect((await kept(['going'], cache)).curves).toEqual([]);
  });
});

describe('what is asked', () => {
  test.each(["'", '\\', '{run:String}', '\0', "'; DROP TABLE training_points; --", '\ud800'])(
    'with %j there is nothing, and nothing changes',
    async (text) => {
      expect((await ask({ runs: [text] })).curves).toEqual([]);
      expect((await ask({ runs: ['plain'], metrics: [text] })).curves).toEqual([]);
      expect((await ask({ runs: ['plain'], ranks: [text] })).curves).toEqual([]);
      expect((await curve('plain')).x).toHaveLength(3);
    },
  );

  test.each<Partial<TrainingSeriesRequest>>([
    { runs: [] },
    { runs: Array(101).fill('r') },
    { runs: Array(100).fill('r'), metrics: Array(11).fill('m') },
    { metrics: [] },
    { metrics: Array(51).fill('m') },
    { points: 0 },
    { points: 10_001 },
    { points: 1.5 },
    { from: Number.NaN },
    { to: Number.POSITIVE_INFINITY },
    { since: Number.NaN },
    { x: 'toString' as 'step' },
    { attempts: 'some' as 'all' },
  ])('out of bounds is refused: %j', async (request) => {
    await expect(ask({ runs: ['plain'], ...request })).rejects.toMatchObject({ reason: 'argument' });
  });

  test.each([
    { from: 1e300 },
    { to: -1e300 },
    { from: 5, to: 5 },
    { from: 5, to: 1 },
    { from: -1e300, to: 1e300 },
  ])('at the edge is answered: %j', async (request) => {
    for (const x of ['step', 'epoch', 'time', 'relative'] as const)
      expect((await ask({ runs: ['plain'], x, ...request })).curves.length).toBeLessThanOrEqual(1);
  });

  test('of numbers as large as can be is answered', async () => {
    await send('huge', [
      { at: 0, epoch: -9e15, batch: -9e15, value: 1 },
      { at: 1, epoch: 9e15, batch: 9e15, value: 2 },
    ]);
    expect((await curve('huge')).last).toEqual([1, 2]);
    expect((await curve('huge', { x: 'epoch' })).last).toEqual([1, 2]);
  });
});
