import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import type { Placing } from './chosen-series.ts';
import { gathered, type PieceColumns } from './columns.ts';
import type { TrainingX } from './curve.ts';
import { type CurveId, curveParameters, ofCurves } from './curve-id.ts';
import { millis, type RunScale, scaleParameters, xOf } from './run-scale.ts';

/** Which points are read one by one. */
export interface PointSelection {
  readonly placing: Placing;
  readonly by: TrainingX;
  readonly curves: readonly CurveId[];
  /** Of x. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** As many points are each a bucket. */
  readonly points: number;
  readonly attempts: 'latest' | 'all';
  /** Of points with a batch: where to begin and end. */
  readonly within?: PositionRange;
}

/** Of all points that are to be read, and by when (nanoseconds since 1970) what lies before those of each curve was reached. */
export interface PositionRange {
  readonly from: { readonly epoch: string; readonly batch: string };
  readonly to: { readonly epoch: string; readonly batch: string };
  readonly reached: readonly string[];
}

export interface PointRow extends PieceColumns, CurveId {
  readonly attempt: number;
  readonly exact: number;
}

/** What orders points, and tells one step from another. */
const POSITIONS: Record<Placing, { axes: string; major: string; minor: string }> = {
  step: { axes: "('batch', 'epoch and batch')", major: 'EpochWhole', minor: 'Batch' },
  epoch: { axes: "('epoch')", major: 'Epoch', minor: 'Batch' },
  time: { axes: "('time')", major: 'toUnixTimestamp64Nano(Time)', minor: 'Batch' },
};

/** In one statement. @param scales of the runs of the curves, all of which have an order, or none */
export function readPoints(
  connection: Connection,
  scales: readonly RunScale[],
  selection: PointSelection,
  context: QueryContext,
): Promise<PointRow[]> {
  const { by, placing, curves, from, to, width, points, within } = selection;
  if (curves.length === 0) return Promise.resolve([]);
  const ordered = scales[0]!.ordered;
  const sql = `
    WITH
      ${pointsOf(placing, within, scales.length)},
      ${selection.attempts === 'all' && ordered ? EVERY_ATTEMPT : whatStands(ordered)},
      drawn AS (
        SELECT *, ${xOf(by, placing, undefined, scales.length)} AS px
        FROM standing
        WHERE px >= {from:Float64} AND px < {to:Float64}
      ),
      counted AS (SELECT *, count() OVER (PARTITION BY RunId, Series, attempt) <= {points:UInt32} AS alone FROM drawn)
    SELECT RunId AS run, toString(Series) AS series, toUInt32(attempt) AS attempt, max(b.exact) AS exact, ${gathered()}
    FROM (
      SELECT RunId, Series, attempt, min(alone) AS exact, ${PIECE(by)}
      FROM counted
      GROUP BY RunId, Series, attempt, if(alone, toFloat64(place), floor(px / {width:Float64}))
      ORDER BY RunId, Series, attempt, x, at
    ) AS b
    GROUP BY RunId, Series, attempt
    ORDER BY RunId, Series, attempt`;
  return connection.query<PointRow>(sql, {
    ...context,
    params: {
      from,
      to,
      width,
      points,
      ...curveParameters(curves),
      ...scaleParameters(...scales),
      ...rangeParameters(within),
    },
  });
}

/** When the last point came of those that lie before an x, seconds since 1970; 0 where there is none. */
export async function readLastChange(
  connection: Connection,
  scales: readonly RunScale[],
  {
    by,
    before,
    curves,
    within,
  }: {
    readonly by: TrainingX;
    readonly before: number;
    readonly curves: readonly CurveId[];
    readonly within?: PositionRange;
  },
  context: QueryContext,
): Promise<number> {
  const x = xOf(by, 'step', undefined, scales.length);
  const [found] = await connection.query<{ changed: number }>(
    `WITH ${pointsOf('step', within, scales.length)}
     SELECT toUnixTimestamp(max(ReceivedAt)) AS changed FROM points WHERE ${x} < {before:Float64}`,
    {
      ...context,
      params: {
        before,
        ...curveParameters(curves),
        ...scaleParameters(...scales),
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
export function pointsOf(placing: Placing, within: PositionRange | undefined, runs = 1): string {
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
      : runs === 1
        ? 'transform(Series, {series:Array(UInt64)}, {reached:Array(Int64)}, toInt64(0))'
        : 'transform((toString(RunId), Series), arrayZip({curveRuns:Array(String)}, {series:Array(UInt64)}), {reached:Array(Int64)}, toInt64(0))';
  return `points AS (
        SELECT RunId, Series, ${major} AS major, ${minor} AS minor, toUnixTimestamp64Nano(Time) AS t, EpochWhole, Batch, Epoch, Value, ReceivedAt,
          ${reached} AS reachedBefore
        FROM training_points
        WHERE ${ofCurves(runs)} AND Axes IN ${axes} ${range}
      )`;
}

/** Of each step its latest point, unless a later one has an earlier step. */
function whatStands(ordered: boolean): string {
  return `standing AS (
        SELECT *, 0 AS attempt
        FROM (
          SELECT *,
            max(t) OVER (PARTITION BY RunId, Series ORDER BY major, minor, t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
            row_number() OVER (PARTITION BY RunId, Series ORDER BY major, minor, t) AS place,
            leadInFrame(major, 1, major) OVER following AS nextMajor,
            leadInFrame(minor, 1, minor - 1) OVER following AS nextMinor
          FROM points
          WINDOW following AS (PARTITION BY RunId, Series ORDER BY major, minor, t ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
        )
        WHERE (nextMajor != major OR nextMinor != minor) ${ordered ? 'AND t >= greatest(reached, reachedBefore)' : ''}
      )`;
}

/** Numbered by how often the step fell before, in order of time. Within one, a step that comes again counts the last time. */
const EVERY_ATTEMPT = `standing AS (
        SELECT *
        FROM (
          SELECT *, sum(fell) OVER (PARTITION BY RunId, Series ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS attempt
          FROM (
            SELECT *,
              row_number() OVER (PARTITION BY RunId, Series ORDER BY t, major, minor) AS place,
              lagInFrame(major, 1, major) OVER preceding AS lastMajor,
              lagInFrame(minor, 1, minor) OVER preceding AS lastMinor,
              (major, minor) < (lastMajor, lastMinor) AS fell,
              leadInFrame(major, 1, major) OVER following AS nextMajor,
              leadInFrame(minor, 1, minor - 1) OVER following AS nextMinor
            FROM points
            WINDOW
              preceding AS (PARTITION BY RunId, Series ORDER BY t, major, minor ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
              following AS (PARTITION BY RunId, Series ORDER BY t, major, minor ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
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
