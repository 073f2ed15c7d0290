import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import type { Placing } from './chosen-series.ts';
import { gathered, type PieceColumns } from './columns.ts';
import type { TrainingX } from './curve.ts';
import { millis, type RunScale, scaleParameters, xOf } from './run-scale.ts';

/** Which points of one run are read one by one. */
export interface PointSelection {
  readonly placing: Placing;
  readonly by: TrainingX;
  readonly series: readonly string[];
  /** Of x. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** As many points are each a bucket. */
  readonly points: number;
  readonly attempts: 'latest' | 'all';
  /** Of points with a batch: where to begin and end, and by when (nanoseconds since 1970) what lies before was reached, of each series. */
  readonly within?: PositionRange;
}

export interface PositionRange {
  readonly from: { readonly epoch: string; readonly batch: string };
  readonly to: { readonly epoch: string; readonly batch: string };
  readonly reached: readonly string[];
}

export interface PointRow extends PieceColumns {
  readonly series: string;
  readonly attempt: number;
  readonly exact: number;
}

/** What orders points, and tells one step from another. */
const POSITIONS: Record<Placing, { axes: string; major: string; minor: string }> = {
  step: { axes: "('batch', 'epoch and batch')", major: 'EpochWhole', minor: 'Batch' },
  epoch: { axes: "('epoch')", major: 'Epoch', minor: 'Batch' },
  time: { axes: "('time')", major: 'toUnixTimestamp64Nano(Time)', minor: 'Batch' },
};

export function readPoints(
  connection: Connection,
  scale: RunScale,
  selection: PointSelection,
  context: QueryContext,
): Promise<PointRow[]> {
  if (selection.series.length === 0) return Promise.resolve([]);
  const { by, placing, series, from, to, width, points, within } = selection;
  const sql = `
    WITH
      ${pointsOf(placing, within)},
      ${selection.attempts === 'all' && scale.ordered ? EVERY_ATTEMPT : whatStands(scale)},
      drawn AS (
        SELECT *, ${xOf(by, placing)} AS px
        FROM standing
        WHERE px >= {from:Float64} AND px < {to:Float64}
      ),
      counted AS (SELECT *, count() OVER (PARTITION BY Series, attempt) <= {points:UInt32} AS alone FROM drawn)
    SELECT toString(Series) AS series, toUInt32(attempt) AS attempt, max(b.exact) AS exact, ${gathered()}
    FROM (
      SELECT Series, attempt, min(alone) AS exact, ${PIECE(by)}
      FROM counted
      GROUP BY Series, attempt, if(alone, toFloat64(place), floor(px / {width:Float64}))
      ORDER BY Series, attempt, x, at
    ) AS b
    GROUP BY Series, attempt
    ORDER BY Series, attempt`;
  return connection.query<PointRow>(sql, {
    ...context,
    params: {
      run: scale.run,
      series: series.map(BigInt),
      from,
      to,
      width,
      points,
      ...scaleParameters(scale),
      ...rangeParameters(within),
    },
  });
}

/** When the last point came of those that lie before an x, seconds since 1970; 0 where there is none. */
export async function readLastChange(
  connection: Connection,
  scale: RunScale,
  {
    by,
    before,
    series,
    within,
  }: { by: TrainingX; before: number; series: readonly string[]; within: PositionRange },
  context: QueryContext,
): Promise<number> {
  const x = xOf(by, 'step');
  const [found] = await connection.query<{ changed: number }>(
    `WITH ${pointsOf('step', within)} SELECT toUnixTimestamp(max(ReceivedAt)) AS changed FROM points WHERE ${x} < {before:Float64}`,
    {
      ...context,
      params: {
        run: scale.run,
        series: series.map(BigInt),
        before,
        ...scaleParameters(scale),
        ...rangeParameters(within),
      },
    },
  );
  return found?.changed ?? 0;
}

/** A bucket's columns, of points with `px`, `t`, `place` and `Value`. */
export const PIECE = (by: TrainingX) => {
  const order = by === 'time' || by === 'relative' ? '(t, place)' : 'place';
  return `min(place) AS at, min(px) AS x, max(px) AS xLast, argMin(Value, ${order}) AS first, argMax(Value, ${order}) AS last,
    min(if(isFinite(Value), Value, inf)) AS min, max(if(isFinite(Value), Value, -inf)) AS max,
    ${millis('min(t)')} AS time, ${millis('max(t)')} AS timeLast,
    groupBitOr(toUInt8(multiIf(isFinite(Value), 0, isNaN(Value), 1, Value > 0, 2, 4))) AS notFinite`;
};

/** SQL of a selection's points, `points`, for a WITH. */
export function pointsOf(placing: Placing, within: PositionRange | undefined): string {
  const { axes, major, minor } = POSITIONS[placing];
  const range =
    within === undefined
      ? ''
      : `AND EpochWhole >= {epochFrom:Int64} AND EpochWhole <= {epochTo:Int64}
         AND (EpochWhole != {epochFrom:Int64} OR Batch >= {batchFrom:Int64})
         AND (EpochWhole != {epochTo:Int64} OR Batch <= {batchTo:Int64})`;
  const reached =
    within === undefined
      ? 'toInt64(0)'
      : 'transform(Series, {series:Array(UInt64)}, {reached:Array(Int64)}, toInt64(0))';
  return `points AS (
        SELECT Series, ${major} AS major, ${minor} AS minor, toUnixTimestamp64Nano(Time) AS t, EpochWhole, Batch, Epoch, Value, ReceivedAt,
          ${reached} AS reachedBefore
        FROM training_points
        WHERE RunId = {run:String} AND Series IN {series:Array(UInt64)} AND Axes IN ${axes} ${range}
      )`;
}

/** Of each step its latest point, unless a later one has an earlier step. */
function whatStands({ ordered }: RunScale): string {
  return `standing AS (
        SELECT *, 0 AS attempt
        FROM (
          SELECT *,
            max(t) OVER (PARTITION BY Series ORDER BY major, minor, t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
            row_number() OVER (PARTITION BY Series ORDER BY major, minor, t) AS place,
            leadInFrame(major, 1, major) OVER following AS nextMajor,
            leadInFrame(minor, 1, minor - 1) OVER following AS nextMinor
          FROM points
          WINDOW following AS (PARTITION BY Series ORDER BY major, minor, t ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
        )
        WHERE (nextMajor != major OR nextMinor != minor) ${ordered ? 'AND t >= greatest(reached, reachedBefore)' : ''}
      )`;
}

/** Numbered by how often the step fell before, in order of time. Within one, a step that comes again counts the last time. */
const EVERY_ATTEMPT = `standing AS (
        SELECT *
        FROM (
          SELECT *, sum(fell) OVER (PARTITION BY Series ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS attempt
          FROM (
            SELECT *,
              row_number() OVER (PARTITION BY Series ORDER BY t, major, minor) AS place,
              lagInFrame(major, 1, major) OVER preceding AS lastMajor,
              lagInFrame(minor, 1, minor) OVER preceding AS lastMinor,
              (major, minor) < (lastMajor, lastMinor) AS fell,
              leadInFrame(major, 1, major) OVER following AS nextMajor,
              leadInFrame(minor, 1, minor - 1) OVER following AS nextMinor
            FROM points
            WINDOW
              preceding AS (PARTITION BY Series ORDER BY t, major, minor ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
              following AS (PARTITION BY Series ORDER BY t, major, minor ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
          )
        )
        WHERE nextMajor != major OR nextMinor != minor
      )`;

function rangeParameters(within: PositionRange | undefined): Parameters {
  if (within === undefined) return {};
  return {
    epochFrom: within.from.epoch,
    batchFrom: within.from.batch,
    epochTo: within.to.epoch,
    batchTo: within.to.batch,
    reached: within.reached.map(BigInt),
  };
}
