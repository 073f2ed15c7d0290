import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import type { Placing } from './chosen-series.ts';
import type { TrainingX } from './curve.ts';
import { readStepAxis, type StepAxis } from './step-axis.ts';

/** What it takes to place the points of one run. */
export interface RunScale {
  readonly run: string;
  /** Nanoseconds since 1970. */
  readonly startedAt: bigint;
  readonly ordered: boolean;
  readonly axis: StepAxis;
}

export async function readRunScale(
  connection: Connection,
  run: string,
  context: QueryContext,
): Promise<RunScale | undefined> {
  const [[found], axis] = await Promise.all([
    connection.query<{ started: string; ordered: string; n: string }>(
      `SELECT count() AS n, max(Ordered).Value AS ordered,
         toUnixTimestamp64Nano(ifNull(coalesce(min(StartedAt), min(FirstPointAt)), toDateTime64(0, 9))) AS started
       FROM training_runs WHERE RunId = {run:String}`,
      { ...context, params: { run } },
    ),
    readStepAxis(connection, run, context),
  ]);
  if (found === undefined || found.n === '0') return undefined;
  return { run, startedAt: BigInt(found.started), ordered: found.ordered !== 'false', axis };
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

/** SQL of the x of a point, a Float64; the arguments are SQL, the time in nanoseconds. Binds {@link scaleParameters}. */
export function xOf(
  by: TrainingX,
  placing: Placing,
  { whole, batch, epoch, time }: typeof POINT = POINT,
): string {
  switch (by) {
    case 'time':
      return millis(time);
    case 'relative':
      return millis(`${time} - {started:Int64}`);
    case 'step':
      return `toFloat64(${batch} + transform(${whole}, {epochs:Array(Int64)}, {offsets:Array(Int64)}, toInt64(0)))`;
    case 'epoch': {
      if (placing !== 'step') return epoch;
      // An epoch that is told in whole numbers goes by its batches.
      const first = `transform(${whole}, {epochs:Array(Int64)}, {firstBatches:Array(Int64)}, toInt64(0))`;
      const size = `transform(${whole}, {epochs:Array(Int64)}, {sizes:Array(Float64)}, 1.)`;
      return `if(${epoch} = ${whole}, ${whole} + (${batch} - ${first}) / ${size}, ${epoch})`;
    }
  }
}

export function scaleParameters({ startedAt, axis }: RunScale): Parameters {
  return {
    started: startedAt,
    epochs: axis.epochs.map(({ epoch }) => BigInt(epoch)),
    offsets: axis.epochs.map(({ offset }) => BigInt(offset)),
    firstBatches: axis.epochs.map(({ minBatch }) => BigInt(minBatch)),
    sizes: epochSizes(axis),
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
