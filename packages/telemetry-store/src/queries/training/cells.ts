import { curveColumns, ofCurves } from './curve-id.ts';
import type { RunScale } from './run-scale.ts';

/**
 * SQL of the cells of some curves of so many runs, all of which have an order, or none; binds `curveParameters`. Where they are, batches
 * (`a` to `b`), epochs, times in nanoseconds, first and last value, least and greatest, and whether they are one rising row. A run without
 * order has no hours: `hour` is 0.
 *
 * FINAL rather than GROUP BY: rows that are merged already, which are nearly all, then pass as they are.
 */
export function cellsOf(scale: Pick<RunScale, 'ordered'>, runs = 1): string {
  const curve = curveColumns(runs);
  const rows = `
        SELECT ${curve}, EpochWhole, Cell, Hour AS hour, MinBatch AS a, MaxBatch AS b, MinEpoch AS e0, MaxEpoch AS e1,
          toUnixTimestamp64Nano(MinTime) AS t0, toUnixTimestamp64Nano(MaxTime) AS t1,
          finalizeAggregation(FirstValue) AS v0, finalizeAggregation(LastValue) AS v1,
          MinValue AS least, MaxValue AS most, NotFinite AS odd, Points AS n, toUnixTimestamp(LastReceivedAt) AS received,
          ${scale.ordered ? `${rising(scale, 'Disorder', 'Blocks')} AS rising` : 'Disorder AS disorder, Blocks AS blocks'}
        FROM training_cells FINAL
        WHERE ${ofCurves(runs)}`;
  if (scale.ordered) return rows;
  return `
        SELECT ${curve}, EpochWhole, Cell, toInt32(0) AS hour, min(of.a) AS a, max(of.b) AS b, min(of.e0) AS e0, max(of.e1) AS e1,
          min(of.t0) AS t0, max(of.t1) AS t1, argMin(of.v0, of.a) AS v0, argMax(of.v1, of.b) AS v1,
          min(of.least) AS least, max(of.most) AS most, groupBitOr(of.odd) AS odd, sum(of.n) AS n, max(of.received) AS received,
          ${rising(scale, 'groupBitOr(disorder)', 'groupArrayArray(blocks)')} AS rising
        FROM (${rows}) AS of
        GROUP BY ${curve}, EpochWhole, Cell`;
}

/**
 * SQL: whether the points of a cell are one row in which the step rises with the time; of a run without order, whether no step
 * came twice. Never true where they are not. `training_block` says what a block is.
 */
function rising({ ordered }: Pick<RunScale, 'ordered'>, disorder: string, blocks: string): string {
  const steps = 'bitAnd(bitShiftRight(one, 52), 63) < bitShiftRight(next, 58)';
  const times = `bitAnd(one, ${2 ** 26 - 1}) < bitAnd(bitShiftRight(next, 26), ${2 ** 26 - 1})`;
  return `(
            bitAnd(${disorder}, ${ordered ? 3 : 1}) = 0
            AND (length(${blocks}) = 1 OR arrayAll((one, next) -> ${ordered ? `${steps} AND ${times}` : steps},
              arrayPopBack(arraySort(${blocks})), arrayPopFront(arraySort(${blocks}))))
          )`;
}
