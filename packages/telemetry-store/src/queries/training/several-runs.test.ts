import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { batchToken } from '../../ingest/insert-statements.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { ResultCache } from '../cache/result-cache.ts';
import type { QueryContext } from '../query-context.ts';
import { metricRequest, numberPoint } from '../testing/make-requests.ts';
import { chosenSeries } from './chosen-series.ts';
import type { TrainingSeriesRequest, TrainingX } from './curve.ts';
import { drawRuns } from './draw-runs.ts';
import { type Plan, WIDEST } from './drawn-curve.ts';
import { readRunScales } from './run-scale.ts';
import { type MadePoint, makeRun } from './testing/make-run.ts';
import { trainingSeries } from './training-series.ts';

setDefaultTimeout(240_000);

const METRICS = ['ml.training.loss'];
const RECEIVED = 1_790_000_000_000;
const START = 1_780_000_000_000_000_000n;
const made = Array.from({ length: 16 }, (_, seed) => makeRun(seed));
const runs = made.map(({ id }) => id);

let store: OpenedStore;
let connection: Connection;
let asked = 0;
let counted: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
  counted = Object.assign(Object.create(connection), {
    query: (sql: string, options: object) => {
      asked++;
      return connection.query(sql, options);
    },
  });
  await connection.command(
    `INSERT INTO otel_logs (Timestamp, EventName, LogAttributes)
     SELECT fromUnixTimestamp64Nano(1780000000000000000), 'ml.run.started', map('job.id', arrayJoin({ids:Array(String)}), 'ml.run.ordered', 'false')`,
    { params: { ids: made.filter(({ ordered }) => !ordered).map(({ id }) => id) } },
  );
  for (const [i, { id, points }] of made.entries()) await send(id, points, { atResource: i % 2 === 0 });
}, 120_000);
afterAll(() => store[Symbol.asyncDispose]());

/** With the id at the resource, series of several runs are the same. */
function send(
  id: string,
  points: readonly MadePoint[],
  {
    atResource = true,
    received = RECEIVED,
  }: { readonly atResource?: boolean; readonly received?: number } = {},
) {
  const dataPoints = points.map(({ rank, epoch, batch, time, value }) =>
    numberPoint({
      time,
      start: START,
      value,
      attributes: {
        ...(!atResource && { 'job.id': id }),
        ...(rank !== '' && { rank }),
        ...(epoch !== undefined && { epoch }),
        ...(batch !== undefined && { batch }),
      },
    }),
  );
  const resource = atResource ? { 'job.id': id } : {};
  const request = metricRequest('trainer', { name: METRICS[0], gauge: { dataPoints } }, resource);
  return insert(connection, 'metrics', request, batchToken(received, crypto.randomUUID()));
}

const steps = (run: string, from: number, to: number): MadePoint[] =>
  Array.from({ length: to - from }, (_, i) => ({
    ...{ run, rank: '', epoch: 0, batch: from + i, value: 1 },
    time: START + BigInt(from + i) * 1_000_000n,
  }));

const each = async (request: Omit<TrainingSeriesRequest, 'runs' | 'metrics'>) =>
  (
    await Promise.all(
      runs.map((run) => trainingSeries(connection, { ...request, runs: [run], metrics: METRICS })),
    )
  ).flatMap(({ curves }) => curves);

test.each([
  { x: 'step' },
  { x: 'epoch' },
  { x: 'time' },
  { x: 'relative' },
  { x: 'step', attempts: 'all' },
  { x: 'relative', attempts: 'all' },
  { x: 'step', from: 40, to: 90 },
] as const)('short runs together are the same as one by one: %j', async (more) => {
  const request = { ...more, points: 10_000 };
  asked = 0;
  const { curves } = await trainingSeries(counted, { ...request, runs, metrics: METRICS });
  expect(asked).toBeLessThan(18);
  expect(curves.length).toBeGreaterThan(10);
  expect(curves).toEqual(await each(request));
});

describe('runs that cells tell of', () => {
  const WIDTHS = new Map<TrainingX, number>([
    ['step', 20],
    ['epoch', 0.5],
    ['time', 60_000],
    ['relative', 60_000],
  ]);
  /** So that more than 32 points are many. */
  const plan: Plan = {
    ...{
      x: 'step',
      from: -WIDEST,
      to: WIDEST,
      points: 1,
      attempts: 'latest',
      widths: WIDTHS,
      watches: false,
    },
  };
  const drawn = async (ids: readonly string[], more: Partial<Plan>, context: QueryContext = {}) => {
    const [chosen, scales] = await Promise.all([
      chosenSeries(counted, { runs: ids, metrics: METRICS }, context),
      readRunScales(counted, ids, context),
    ]);
    const toDraw = scales.map((scale) => ({ scale, chosen: chosen.filter(({ run }) => run === scale.run) }));
    const found = await drawRuns(counted, toDraw, { ...plan, ...more }, context);
    return toDraw.map(({ scale: { run } }, i) => ({
      run,
      changedBefore: found[i]!.changedBefore,
      curves: found[i]!.curves.filter((curve) => curve.run === run).toSorted((a, b) =>
        Bun.inspect([a.series, a.placing, a.attempt]).localeCompare(
          Bun.inspect([b.series, b.placing, b.attempt]),
        ),
      ),
    }));
  };
  /** Without those of a few steps that came more than 32 times: by time they are many points alone, and few among others. */
  const some = runs.filter((run) => run !== 'random-8');
  const alone = async (more: Partial<Plan>) =>
    (await Promise.all(some.map((run) => drawn([run], more)))).flat();

  test.each<Partial<Plan>>([
    {},
    { x: 'epoch' },
    { x: 'time' },
    { x: 'relative' },
    { attempts: 'all' },
    { x: 'relative', attempts: 'all' },
    { from: 20, to: 90 },
    { from: 45, to: 60 },
    { x: 'epoch', from: 1, to: 2.5 },
    { x: 'relative', from: 1_000_000, to: 8_000_000 },
  ])('are the same together as one by one, in fewer statements: %j', async (more) => {
    const each = await alone(more);
    asked = 0;
    const together = await drawn(some, more);
    expect(asked).toBeLessThan(2.5 * some.length);
    expect(together.map(({ run, curves }) => ({ run, curves }))).toEqual(
      each.map(({ run, curves }) => ({ run, curves })),
    );
    expect(together.flatMap(({ curves }) => curves).some(({ exact }) => !exact)).toBe(true);
  });

  test('what changed before a range is what changed before that of any', async () => {
    const more = { from: 40, watches: true };
    const each = await alone(more);
    const together = await drawn(some, more);
    const latest = (found: typeof each) => Math.max(...found.map(({ changedBefore }) => changedBefore));
    expect(latest(each)).toBeGreaterThan(0);
    expect(latest(together)).toBe(latest(each));
  });

  test('what is kept of them is read in two statements, and is the same', async () => {
    const rising = ['rising-a', 'rising-b', 'rising-c'];
    for (const [i, run] of rising.entries())
      await send(run, steps(run, 0, 700 * (i + 1)), { atResource: i > 0 });
    const cache = new ResultCache(connection, { now: () => BigInt(RECEIVED + 3_600_000) * 1_000_000n });
    asked = 0;
    const first = await drawn(rising, {}, { cache });
    // Of their series, their scales (two), and their cells by widths of buckets.
    expect(asked).toBeLessThanOrEqual(5);
    expect(first).toEqual((await Promise.all(rising.map((run) => drawn([run], {})))).flat());
    asked = 0;
    expect(await drawn(rising, { from: 100, to: 300 }, { cache })).toEqual(
      (await Promise.all(rising.map((run) => drawn([run], { from: 100, to: 300 }, { cache })))).flat(),
    );
    expect(first.flatMap(({ curves }) => curves.map(({ pieces }) => pieces.length))).toEqual([11, 22, 33]);
  });
});

test('in buckets, and with a long run among them: as with the long one alone and the others alone', async () => {
  const long = Array.from({ length: 3_000 }, (_, step) => ({
    ...{ run: 'long', rank: '', epoch: Math.floor(step / 1_000), batch: step % 1_000 },
    ...{ time: START + BigInt(step) * 1_000_000_000n, value: Math.sin(step) },
  }));
  await send('long', long);
  const ask = (some: readonly string[]) =>
    trainingSeries(connection, { runs: some, metrics: METRICS, points: 50 });
  const all = await ask([...runs, 'long']);
  expect(new Set(all.curves.map(({ run }) => run)).size).toBe(runs.length + 1);
  for (const id of ['long', runs[0]!, runs[5]!]) {
    // One width for all that are asked for: so with the long one beside.
    const pair = await ask([id, 'long']);
    expect(all.curves.filter(({ run }) => run === id)).toEqual(pair.curves.filter(({ run }) => run === id));
  }
});

test('what is kept of some of them is the same as what is read', async () => {
  const cache = new ResultCache(connection, { now: () => BigInt(RECEIVED + 3_600_000) * 1_000_000n });
  const ask = (some: readonly string[]) =>
    trainingSeries(counted, { runs: some, metrics: METRICS, points: 10_000 }, { cache });
  await ask(runs.slice(0, 4));
  asked = 0;
  const found = await ask(runs.slice(0, 4));
  // Scales and series alone.
  expect(asked).toBe(3);
  expect(found.curves).toEqual(
    (await trainingSeries(connection, { runs: runs.slice(0, 4), metrics: METRICS, points: 10_000 })).curves,
  );
});

test('a late point before the range of one of them is told', async () => {
  const both = ['live-a', 'live-b'];
  for (const run of both) await send(run, steps(run, 0, 50), { received: RECEIVED });
  const on = { runs: both, metrics: METRICS, from: 45, since: RECEIVED / 1_000 + 5 };
  await send('live-b', steps('live-b', 50, 52), { received: RECEIVED + 10_000 });
  const after = await trainingSeries(connection, on);
  expect(after.changedBefore).toBe(false);
  expect(after.curves.map(({ run, x }) => [run, x.length])).toEqual([
    ['live-a', 5],
    ['live-b', 7],
  ]);
  await send('live-b', steps('live-b', 10, 11), { received: RECEIVED + 20_000 });
  expect((await trainingSeries(connection, on)).changedBefore).toBe(true);
});
