import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { ResultCache } from '../cache/result-cache.ts';
import { bucketWidth } from './bucket-width.ts';
import { bucketed, type Piece, toColumns } from './columns.ts';
import type { CurveColumns, TrainingCurve, TrainingX } from './curve.ts';
import { toMillis } from './run-scale.ts';
import { readStepAxis } from './step-axis.ts';
import { type MadePoint, makeRun, type RandomRun } from './testing/make-run.ts';
import { trainingSeries } from './training-series.ts';

const RUNS = 30;
const METRICS = ['ml.training.loss'];

let store: OpenedStore;
let connection: Connection;
const runs: RandomRun[] = Array.from({ length: RUNS }, (_, seed) => makeRun(seed));
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
  const unordered = runs.filter(({ ordered }) => !ordered).map(({ id }) => id);
  await connection.command(
    `INSERT INTO otel_logs (Timestamp, EventName, LogAttributes)
     SELECT fromUnixTimestamp64Nano(1780000000000000000), 'ml.run.started', map('job.id', arrayJoin({ids:Array(String)}), 'ml.run.ordered', 'false')`,
    { params: { ids: unordered } },
  );
  for (let block = 0; block < 6; block++) {
    await send(runs.flatMap((run) => run.blocks[block] ?? []));
    if (block === 3) await optimize();
  }
}, 120_000);
afterAll(() => store[Symbol.asyncDispose]());

/** One block of an insert: points as the exporter would write them. */
async function send(points: readonly MadePoint[]): Promise<void> {
  await connection.command(
    `INSERT INTO otel_metrics_gauge (ResourceAttributes, MetricName, Attributes, StartTimeUnix, TimeUnix, Value)
     SELECT map(), 'ml.training.loss',
       mapFilter((k, v) -> v != '', map('job.id', point.1, 'rank', point.2, 'epoch', point.3, 'batch', point.4)),
       fromUnixTimestamp64Nano(1780000000000000000), fromUnixTimestamp64Nano(point.5), point.6
     FROM (
       SELECT arrayJoin(arrayZip({runs:Array(String)}, {ranks:Array(String)}, {epochs:Array(String)}, {batches:Array(String)},
         {times:Array(Int64)}, {values:Array(Float64)})) AS point
     )`,
    {
      params: {
        runs: points.map(({ run }) => run),
        ranks: points.map(({ rank }) => rank),
        epochs: points.map(({ epoch }) => (epoch === undefined ? '' : String(epoch))),
        batches: points.map(({ batch }) => (batch === undefined ? '' : String(batch))),
        times: points.map(({ time }) => time),
        values: points.map(({ value }) => value),
      },
    },
  );
}

/** 3,000 steps of two ranks in three epochs, each counted anew, none of them twice. */
function risingRun(id: string): MadePoint[] {
  return Array.from({ length: 3_000 }, (_, step) =>
    ['0', '1'].map(
      (rank): MadePoint => ({
        run: id,
        rank,
        epoch: Math.floor(step / 1_000),
        batch: step % 1_000,
        time: 1_780_000_000_000_000_000n + BigInt(step) * 7_000_000_000n,
        value: step % 701 === 700 ? Number.NaN : Math.sin(step) + Number(rank),
      }),
    ),
  ).flat();
}

async function optimize(): Promise<void> {
  for (const table of ['training_points', 'training_cells', 'training_epochs', 'training_series'])
    await connection.command(`OPTIMIZE TABLE ${table} FINAL`);
}

/** A point of a curve, with its x. */
interface Placed extends MadePoint {
  readonly x: number;
  /** What orders it and says which step it is. */
  readonly position: readonly [number, number];
}

const compare = (a: Placed, b: Placed) =>
  a.position[0] - b.position[0] || a.position[1] - b.position[1] || Number(a.time - b.time);
const ms = toMillis;

/** What stands of points: of each step the latest, unless a later point has an earlier step. */
function standing(points: readonly Placed[], ordered: boolean): Placed[] {
  const sorted = points.toSorted(compare);
  return sorted.filter(
    (point) =>
      !points.some(
        (other) =>
          other.time > point.time &&
          (compare({ ...other, time: 0n }, { ...point, time: 0n }) === 0 ||
            (ordered && compare({ ...other, time: 0n }, { ...point, time: 0n }) < 0)),
      ) && sorted.find((other) => compare(other, point) === 0) === point,
  );
}

/** Every attempt: a new one where, in order of time, the step falls. */
function attemptsOf(points: readonly Placed[]): { begins: number; stands: Placed[] }[] {
  const sorted = points.toSorted((a, b) => Number(a.time - b.time) || compare(a, b));
  const attempts: Placed[][] = [];
  for (const [i, point] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before === undefined || compare({ ...point, time: 0n }, { ...before, time: 0n }) < 0)
      attempts.push([]);
    attempts.at(-1)!.push(point);
  }
  return attempts.map((attempt) => ({ begins: ms(attempt[0]!.time), stands: standing(attempt, false) }));
}

function pieceOf(points: readonly Placed[]): Piece {
  const finite = points.map(({ value }) => value).filter(Number.isFinite);
  const code = (value: number) =>
    Number.isNaN(value) ? 1 : value === Infinity ? 2 : value === -Infinity ? 4 : 0;
  return {
    x: Math.min(...points.map(({ x }) => x)),
    xLast: Math.max(...points.map(({ x }) => x)),
    first: points[0]!.value,
    last: points.at(-1)!.value,
    min: Math.min(Infinity, ...finite),
    max: Math.max(-Infinity, ...finite),
    time: Math.min(...points.map(({ time }) => ms(time))),
    timeLast: Math.max(...points.map(({ time }) => ms(time))),
    notFinite: points.reduce((all, { value }) => all | code(value), 0),
  };
}

const onePointEach = (points: readonly Placed[]) =>
  toColumns(points.map((point) => pieceOf([point])).toSorted((a, b) => a.x - b.x));

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), group);
    group.push(item);
  }
  return groups;
}

/** Points that share a key, in order, as buckets. */
function grouped(points: readonly Placed[], keyOf: (point: Placed) => string, width: number): CurveColumns {
  const groups = groupBy(points, keyOf);
  return toColumns(bucketed([...groups.values()].map(pieceOf), width));
}

function columnsOf({
  x,
  xLast,
  first,
  last,
  min,
  max,
  time,
  timeLast,
  notFinite,
}: TrainingCurve): CurveColumns {
  return { x, xLast, first, last, min, max, time, timeLast, notFinite };
}

/** The buckets that lie within the range. */
function withoutEnds(curve: TrainingCurve) {
  const columns = Object.entries(columnsOf(curve)).map(([name, values]) => [name, values.slice(1, -1)]);
  return curve.exact ? curve : { ...curve, ...Object.fromEntries(columns) };
}

async function placedPoints(run: RandomRun, x: TrainingX): Promise<Map<string, Placed[]>> {
  const { epochs } = await readStepAxis(connection, run.id);
  const offsets = new Map(epochs.map(({ epoch, offset }) => [Number(epoch), Number(offset)]));
  const placed = run.points.map((point): Placed => {
    const whole = Math.floor(point.epoch ?? 0);
    const step = point.batch === undefined ? undefined : point.batch + (offsets.get(whole) ?? 0);
    const position: Placed['position'] =
      point.batch !== undefined
        ? [whole, point.batch]
        : point.epoch !== undefined
          ? [point.epoch, 0]
          : [Number(point.time - 1_780_000_000_000_000_000n), 0];
    const time = ms(point.time);
    const byTime = x === 'time' ? time : ms(point.time - 1_780_000_000_000_000_000n);
    const other = x === 'step' ? (step ?? point.epoch ?? time) : byTime;
    return { ...point, position, x: x === 'step' ? other : byTime };
  });
  return groupBy(placed, ({ rank }) => rank);
}

describe('what stands, of random runs', () => {
  test.each(['step', 'time'] as const)(
    'by %s: each point, in buckets, over merges',
    async (x) => {
      let fromCells = 0;
      for (const run of runs) {
        const placed = await placedPoints(run, x);
        const { epochs } = await readStepAxis(connection, run.id);
        for (const points of [10_000, 40, 3]) {
          const { curves } = await trainingSeries(connection, {
            runs: [run.id],
            metrics: METRICS,
            x,
            points,
          });
          expect(curves.map(({ attributes }) => attributes.rank ?? '').toSorted()).toEqual(
            [...placed.keys()].toSorted(),
          );
          for (const curve of curves) {
            const expected = standing(placed.get(curve.attributes.rank ?? '')!, run.ordered);
            const told = `${run.id} rank ${curve.attributes.rank} by ${x}, ${points} points`;
            if (expected.length <= points && points > 100) expect(curve.exact, told).toBe(true);
            if (curve.exact) {
              expect(columnsOf(curve), told).toEqual(onePointEach(expected));
              continue;
            }
            const all = [...placed.values()].flat();
            const ends = epochs.map((epoch) => Number(epoch.offset));
            const extent =
              curve.by === 'step'
                ? {
                    from: Number(epochs[0]!.minBatch) + ends[0]!,
                    to: Number(epochs.at(-1)!.maxBatch) + ends.at(-1)! + 1,
                  }
                : { from: Math.min(...all.map((p) => p.x)), to: Math.max(...all.map((p) => p.x)) };
            if (curve.by === 'epoch') continue;
            const width = bucketWidth(extent, points);
            const inOrder =
              x === 'time' ? expected.toSorted((a, b) => Number(a.time - b.time) || compare(a, b)) : expected;
            const byPoint = grouped(inOrder, (p) => `${Math.floor(p.x / width)}`, width);
            const hour = (p: Placed) => (run.ordered ? p.time / 3_600_000_000_000n : 0n);
            const byCell = grouped(
              expected,
              (p) => `${p.position[0]}/${Math.floor(p.position[1] / 64)}/${hour(p)}`,
              width,
            );
            const found = columnsOf(curve);
            if (Bun.deepEquals(found, byPoint)) continue;
            fromCells++;
            expect(found, told).toEqual(byCell);
          }
        }
      }
      expect(fromCells).toBeGreaterThan(5);
    },
    300_000,
  );

  test('a range of it, and all of its attempts', async () => {
    let cut = 0;
    for (const run of runs) {
      const placed = await placedPoints(run, 'step');
      const whole = await trainingSeries(connection, { runs: [run.id], metrics: METRICS, points: 10_000 });
      const steps = [...placed.values()].flat().map(({ x }) => x);
      const [least, most] = [Math.min(...steps), Math.max(...steps)];
      const from = Math.floor(least + (most - least) / 3);
      const to = Math.ceil(least + ((most - least) * 2) / 3);
      const { curves } = await trainingSeries(connection, {
        runs: [run.id],
        metrics: METRICS,
        points: 10_000,
        from,
        to,
      });
      for (const curve of whole.curves.filter(({ by }) => by === 'step')) {
        const stands = standing(placed.get(curve.attributes.rank ?? '')!, run.ordered);
        const expected = stands.filter(({ x }) => x >= from && x < to);
        const found = curves.find(({ series, by }) => series === curve.series && by === 'step');
        if (expected.length < stands.length) cut++;
        expect(found === undefined ? [] : found.x, run.id).toHaveLength(expected.length);
        if (found === undefined) continue;
        expect(columnsOf(found), run.id).toEqual(onePointEach(expected));
        expect(found.attempts, run.id).toEqual(curve.attempts);
      }
    }
    expect(cut).toBeGreaterThan(10);
  }, 300_000);

  test('ranges of what is kept are those that the store gives', async () => {
    // Long after all of it came.
    const cache = new ResultCache(connection, { now: () => BigInt(Date.now() + 3_600_000) * 1_000_000n });
    let asked = 0;
    const counted = Object.assign(Object.create(connection), {
      query: (sql: string, options: object) => {
        if (/training_(cells|points)/.test(sql)) asked++;
        return connection.query(sql, options);
      },
    }) as Connection;
    const rising = risingRun('rising');
    for (let at = 0; at < rising.length; at += 1_000) await send(rising.slice(at, at + 1_000));
    const extents = runs.slice(0, 8).map(async (run) => {
      const steps = [...(await placedPoints(run, 'step')).values()].flat().map(({ x }) => x);
      return { id: run.id, least: Math.min(...steps), most: Math.max(...steps) };
    });
    let kept = 0;
    for (const { id, least, most } of [
      ...(await Promise.all(extents)),
      { id: 'rising', least: 0, most: 3_000 },
    ])
      for (const [start, end, points] of [
        [0.1, 0.9, 1],
        [0, 0.7, 2],
        [0.2, 0.8, 1],
        [0.35, 1.2, 7],
        [0.501, 0.502, 1],
      ] as const) {
        const from = least + (most - least) * start;
        const to = least + (most - least) * end;
        const request = { runs: [id], metrics: METRICS, points, from, to };
        asked = 0;
        const found = await trainingSeries(counted, request, { cache });
        if (asked === 0) kept++;
        const read = await trainingSeries(connection, request);
        // Where the range begins and ends, more of what lies around it may be there.
        const told = `${id} from ${from} to ${to}`;
        expect(found.curves.map(withoutEnds), told).toEqual(read.curves.map(withoutEnds));
        for (const [i, curve] of found.curves.entries()) {
          expect(curve.x.length, told).toBeGreaterThanOrEqual(read.curves[i]!.x.length);
          expect(Math.min(...curve.min), told).toBeLessThanOrEqual(Math.min(...read.curves[i]!.min));
          expect(Math.max(...curve.max), told).toBeGreaterThanOrEqual(Math.max(...read.curves[i]!.max));
        }
      }
    expect(kept).toBeGreaterThan(1);
  }, 300_000);

  test('every attempt, and where it begins', async () => {
    let several = 0;
    for (const run of runs.filter(({ ordered }) => ordered)) {
      const placed = await placedPoints(run, 'step');
      const { curves } = await trainingSeries(connection, {
        runs: [run.id],
        metrics: METRICS,
        points: 10_000,
        attempts: 'all',
      });
      for (const [rank, points] of placed) {
        const attempts = attemptsOf(points);
        const found = curves.filter(({ attributes }) => (attributes.rank ?? '') === rank);
        expect(
          found[0]!.attempts.map(({ time }) => time),
          run.id,
        ).toEqual(attempts.map(({ begins }) => begins));
        expect(found.map(columnsOf), run.id).toEqual(attempts.map(({ stands }) => onePointEach(stands)));
        if (attempts.length > 1) {
          several++;
          expect(found.map(({ attempt }) => attempt)).toEqual(attempts.map((_, i) => i));
        } else expect(found[0]!.attempt).toBeUndefined();
      }
    }
    expect(several).toBeGreaterThan(3);
  }, 300_000);

  test('is the same after all merged', async () => {
    const ask = (points: number) =>
      trainingSeries(connection, { runs: runs.slice(0, 20).map(({ id }) => id), metrics: METRICS, points });
    const before = [await ask(7), await ask(10_000)];
    await optimize();
    expect([await ask(7), await ask(10_000)]).toEqual(before);
  }, 300_000);
});
