import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import type { Placing } from './chosen-series.ts';
import type { TrainingX } from './curve.ts';
import { readStepAxes, type StepAxis } from './step-axis.ts';

/** What it takes to place the points of one run. */
export interface RunScale {
  readonly run: string;
  /** Nanoseconds since 1970. */
  readonly startedAt: bigint;
  readonly ordered: boolean;
  readonly axis: StepAxis;
}

/** Of those of some runs that there are, in their order: two statements, however many they are. */
export async function readRunScales(
  connection: Connection,
  runs: readonly string[],
  context: QueryContext,
): Promise<RunScale[]> {
  const [rows, axes] = await Promise.all([
    connection.query<{ run: string; started: string; ordered: string }>(
      `SELECT RunId AS run, max(Ordered).Value AS ordered,
         toUnixTimestamp64Nano(ifNull(coalesce(min(StartedAt), min(FirstPointAt)), toDateTime64(0, 9))) AS started
       FROM training_runs WHERE RunId IN {runs:Array(String)} GROUP BY RunId`,
      { ...context, params: { runs } },
    ),
    readStepAxes(connection, runs, context),
  ]);
  const found = new Map(rows.map((row) => [row.run, row]));
  return runs.flatMap((run) => {
    const row = found.get(run);
    if (row === undefined) return [];
    return [{ run, startedAt: BigInt(row.started), ordered: row.ordered !== 'false', axis: axes.get(run)! }];
  });
}

/** SQL of nanoseconds as milliseconds, exact to the microsecond: a Float64 has no room for the nanoseconds of today. */
export const millis = (nanos: string) => `(intDiv(${nanos}, 1000) / 1e3)`;

/** The same, of numbers. */
export const toMillis = (nanos: bigint) => Number(nanos / 1_000n) / 1e3;

/** By what points that are placed so are drawn, when `x` is asked for. */
export function drawnBy(placing: Placing, x: TrainingX): TrainingX {
  if (x === 'time' || x === 'relative') return x;
  if (placing === 'time') return 'time';
  return placing === 'epoch' ? 'epoch' : x;
}

/** SQL of what says where a point lies, of a row that is just one: columns of training_points, and `t` in nanoseconds. */
const POINT = { whole: 'EpochWhole', batch: 'Batch', epoch: 'Epoch', time: 't' };

/** SQL that finds in {@link scaleParameters} what is told of an epoch and of a run. */
interface ScaleSql {
  readonly epochOf: (whole: string) => string;
  readonly epochs: string;
  readonly started: string;
}

const OF_ONE: ScaleSql = {
  epochOf: (whole) => whole,
  epochs: '{epochs:Array(Int64)}',
  started: '{started:Int64}',
};

const OF_SEVERAL: ScaleSql = {
  epochOf: (whole) => `(toString(RunId), ${whole})`,
  epochs: 'arrayZip({epochRuns:Array(String)}, {epochs:Array(Int64)})',
  started: 'transform(toString(RunId), {runs:Array(String)}, {starts:Array(Int64)}, toInt64(0))',
};

/**
 * SQL of the x of a point, a Float64; the arguments are SQL, the time in nanoseconds. Binds {@link scaleParameters}. Rows of several
 * runs must have their `RunId`.
 */
export function xOf(
  by: TrainingX,
  placing: Placing,
  { whole, batch, epoch, time }: typeof POINT = POINT,
  runs = 1,
): string {
  const { epochOf, epochs, started } = runs === 1 ? OF_ONE : OF_SEVERAL;
  const told = (values: string, other: string) =>
    `transform(${epochOf(whole)}, ${epochs}, ${values}, ${other})`;
  switch (by) {
    case 'time':
      return millis(time);
    case 'relative':
      return millis(`${time} - ${started}`);
    case 'step':
      return `toFloat64(${batch} + ${told('{offsets:Array(Int64)}', 'toInt64(0)')})`;
    case 'epoch': {
      if (placing !== 'step') return epoch;
      // An epoch that is told in whole numbers goes by its batches.
      const first = told('{firstBatches:Array(Int64)}', 'toInt64(0)');
      const size = told('{sizes:Array(Float64)}', '1.');
      return `if(${epoch} = ${whole}, ${whole} + (${batch} - ${first}) / ${size}, ${epoch})`;
    }
  }
}

/** Of one run or several, as {@link xOf} was told. */
export function scaleParameters(...scales: readonly RunScale[]): Parameters {
  const rows = scales.flatMap(({ run, axis }) => {
    const sizes = epochSizes(axis);
    return axis.epochs.map((epoch, i) => ({ run, ...epoch, size: sizes[i]! }));
  });
  return {
    started: scales[0]!.startedAt,
    epochs: rows.map(({ epoch }) => BigInt(epoch)),
    offsets: rows.map(({ offset }) => BigInt(offset)),
    firstBatches: rows.map(({ minBatch }) => BigInt(minBatch)),
    sizes: rows.map(({ size }) => size),
    ...(scales.length > 1 && {
      runs: scales.map(({ run }) => run),
      starts: scales.map(({ startedAt }) => startedAt),
      epochRuns: rows.map(({ run }) => run),
    }),
  };
}

/** How many batches each epoch has. The last goes on, mostly: it is taken to be no shorter than the one before. */
export function epochSizes({ epochs }: StepAxis): number[] {
  const sizes = epochs.map(({ minBatch, maxBatch }) => Number(BigInt(maxBatch) - BigInt(minBatch)) + 1);
  const last = sizes.length - 1;
  if (last > 0) sizes[last] = Math.max(sizes[last]!, sizes[last - 1]!);
  return sizes;
}

/** From the least x to past the greatest, of what is drawn by it; empty where nothing is known. */
export function extentOf(
  by: TrainingX,
  { axis, startedAt }: RunScale,
  times: { readonly first: bigint; readonly last: bigint; readonly lastEpoch: number },
): { from: number; to: number } {
  const { epochs } = axis;
  switch (by) {
    case 'time':
      return { from: toMillis(times.first), to: toMillis(times.last) };
    case 'relative':
      return { from: toMillis(times.first - startedAt), to: toMillis(times.last - startedAt) };
    case 'step': {
      const ends = epochs.flatMap(({ minBatch, maxBatch, offset }) => [
        Number(BigInt(minBatch) + BigInt(offset)),
        Number(BigInt(maxBatch) + BigInt(offset)) + 1,
      ]);
      return ends.length === 0 ? { from: 0, to: 0 } : { from: ends[0]!, to: ends.at(-1)! };
    }
    case 'epoch':
      return {
        from: Math.min(Number(epochs[0]?.epoch ?? 0), times.lastEpoch),
        to: Math.max(Number(epochs.at(-1)?.epoch ?? 0) + 1, times.lastEpoch),
      };
  }
}

/** Of the step axis, in a range. */
export function stepsBetween({ axis: { epochs } }: RunScale, from: number, to: number): number {
  const ends = epochs.map(({ maxBatch, offset }) => Number(BigInt(maxBatch) + BigInt(offset)) + 1);
  return Math.min(to, ends.at(-1) ?? 0) - Math.max(from, Number(epochs[0]?.minBatch ?? 0));
}
