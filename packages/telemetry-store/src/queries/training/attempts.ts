import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { cellsOf } from './cells.ts';
import type { Placing } from './chosen-series.ts';
import type { Attempt } from './curve.ts';
import { type CurveId, curveColumns, curveKey, curveParameters, ofCurves, runOf } from './curve-id.ts';
import { millis, type RunScale, scaleParameters, xOf } from './run-scale.ts';

interface Row extends CurveId {
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  readonly times: readonly number[];
  /** Whether some of its points must be read to tell. */
  readonly tangled: number;
}

/** By {@link curveKey}: where the attempts of curves begin, at the first point and wherever the step falls in order of time. */
export type CurveAttempts = ReadonlyMap<string, readonly Attempt[]>;

/**
 * Of curves with batches. Cells tell of most; of those that have tangled ones, the points of these as well.
 *
 * @param scales of the runs of the curves, all of which have an order, or none
 */
export async function readAttempts(
  connection: Connection,
  scales: readonly RunScale[],
  curves: readonly CurveId[],
  context: QueryContext,
): Promise<CurveAttempts> {
  if (curves.length === 0) return new Map();
  const { ordered } = scales[0]!;
  const step = STEP(scales.length);
  const rows = await ask(connection, scales, curves, cells(ordered, scales.length), step, context);
  const tangled = rows.filter((row) => row.tangled === 1);
  const closer = await ask(
    connection,
    scales,
    tangled,
    cellsAndPoints(ordered, scales.length),
    step,
    context,
  );
  return attemptsOf([...rows.filter((row) => row.tangled === 0), ...closer], 'step');
}

/** Of curves that are placed alike, of some runs that all have an order or none: point by point, in one statement. */
export async function readAttemptsOfPoints(
  connection: Connection,
  scales: readonly RunScale[],
  { placing, curves }: { readonly placing: Placing; readonly curves: readonly CurveId[] },
  context: QueryContext,
): Promise<CurveAttempts> {
  const step = placing === 'step' ? STEP(scales.length) : 'nan';
  return attemptsOf(
    await ask(connection, scales, curves, points(placing, scales.length), step, context),
    placing,
  );
}

const STEP = (runs: number) =>
  xOf('step', 'step', { whole: 'first.1', batch: 'first.2', epoch: 'epoch', time: 't' }, runs);

function attemptsOf(rows: readonly Row[], placing: Placing): CurveAttempts {
  return new Map(
    rows.map((row) => [
      curveKey(row),
      row.times.map((time, i) => ({
        step: placing === 'step' ? row.steps[i] : undefined,
        epoch: row.epochs[i]!,
        time,
      })),
    ]),
  );
}

async function ask(
  connection: Connection,
  scales: readonly RunScale[],
  curves: readonly CurveId[],
  stretches: string,
  step: string,
  context: QueryContext,
): Promise<Row[]> {
  if (curves.length === 0) return [];
  return connection.query<Row>(
    `WITH ${stretches}
     SELECT RunId AS run, toString(Series) AS series, groupArrayIf(step, begins) AS steps, groupArrayIf(epoch, begins) AS epochs,
       groupArrayIf(${millis('t')}, begins) AS times, max(unsure) AS tangled
     FROM (
       SELECT RunId, Series, t, epoch, ${step} AS step, unsure, number = 1 OR ${scales[0]!.ordered ? 'first < reached' : '0'} AS begins
       FROM (
         SELECT *, lagInFrame(last, 1, first) OVER before AS reached, row_number() OVER before AS number
         FROM stretches
         WINDOW before AS (PARTITION BY RunId, Series ORDER BY t, first ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
       )
       WHERE begins OR unsure
       ORDER BY RunId, Series, number
     )
     GROUP BY RunId, Series`,
    { ...context, params: { ...curveParameters(curves), ...scaleParameters(...scales) } },
  );
}

const POINTS: Readonly<Record<Placing, { readonly axes: string; readonly position: string }>> = {
  step: { axes: "('batch', 'epoch and batch')", position: '(EpochWhole, Batch)' },
  epoch: { axes: "('epoch')", position: '(Epoch, 0)' },
  time: { axes: "('time')", position: '(toUnixTimestamp64Nano(Time), 0)' },
};

/** Every point as a stretch of its own. */
function points(placing: Placing, runs: number): string {
  const { axes, position } = POINTS[placing];
  return `stretches AS (
       SELECT RunId, Series, toUnixTimestamp64Nano(Time) AS t, Epoch AS epoch, ${position} AS first, ${position} AS last, 0 AS unsure
       FROM training_points
       WHERE ${ofCurves(runs)} AND Axes IN ${axes}
     )`;
}

/** Cells as stretches. One is tangled where its points do not rise, or another has a point in between. */
function cells(ordered: boolean, runs: number): string {
  return `${timed(ordered, runs)},
     stretches AS (
       SELECT ${runOf(runs)} AS RunId, Series, t0 AS t, e0 AS epoch, (EpochWhole, a) AS first, (EpochWhole, b) AS last, tangled AS unsure FROM timed
     )`;
}

function timed(ordered: boolean, runs: number): string {
  const curve = curveColumns(runs);
  return `cells AS (${cellsOf({ ordered }, runs)}),
     timed AS (
       SELECT *,
         NOT rising
           OR t0 <= max(t1) OVER (PARTITION BY ${curve} ORDER BY t0, t1 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
           OR t1 >= leadInFrame(t0, 1, t1 + 1) OVER (PARTITION BY ${curve} ORDER BY t0, t1 ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
           AS tangled
       FROM cells
     )`;
}

/** The points of tangled cells are stretches of their own. */
function cellsAndPoints(ordered: boolean, runs: number): string {
  const curve = curveColumns(runs);
  const hour = ordered ? 'toInt32(intDiv(toUnixTimestamp64Nano(Time), 3600000000000))' : 'toInt32(0)';
  return `${timed(ordered, runs)},
     stretches AS (
       SELECT ${runOf(runs)} AS RunId, Series, t0 AS t, e0 AS epoch, (EpochWhole, a) AS first, (EpochWhole, b) AS last, 0 AS unsure
       FROM timed WHERE NOT tangled
       UNION ALL
       SELECT RunId, Series, toUnixTimestamp64Nano(Time) AS t, Epoch AS epoch, (EpochWhole, Batch) AS first, (EpochWhole, Batch) AS last, 0 AS unsure
       FROM training_points
       WHERE ${ofCurves(runs)} AND Axes IN ('batch', 'epoch and batch')
         AND (${curve}, EpochWhole, bitShiftRight(Batch, 6), ${hour}) IN (SELECT ${curve}, EpochWhole, Cell, hour FROM timed WHERE tangled)
     )`;
}
