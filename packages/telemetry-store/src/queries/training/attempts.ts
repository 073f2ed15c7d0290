import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { cellsOf } from './cells.ts';
import type { Placing } from './chosen-series.ts';
import type { Attempt } from './curve.ts';
import { millis, type RunScale, scaleParameters, xOf } from './run-scale.ts';

interface Row {
  readonly series: string;
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  readonly times: readonly number[];
}

/** Where the attempts of series begin that are placed alike: at the first point, and wherever the step falls in order of time. */
export async function readAttempts(
  connection: Connection,
  scale: RunScale,
  { placing, series }: { placing: Placing; series: readonly string[] },
  context: QueryContext,
): Promise<Map<string, Attempt[]>> {
  if (series.length === 0) return new Map();
  const step =
    placing === 'step'
      ? xOf('step', placing, { whole: 'first.1', batch: 'first.2', epoch: 'epoch', time: 't' })
      : 'nan';
  const rows = await connection.query<Row>(
    `WITH ${placing === 'step' ? stretches(scale) : points(placing)}
     SELECT toString(Series) AS series, groupArray(step) AS steps, groupArray(epoch) AS epochs, groupArray(${millis('t')}) AS times
     FROM (
       SELECT Series, t, epoch, ${step} AS step
       FROM (
         SELECT *, lagInFrame(last, 1, first) OVER before AS reached, row_number() OVER before AS number
         FROM stretches
         WINDOW before AS (PARTITION BY Series ORDER BY t, first ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
       )
       WHERE number = 1 OR ${scale.ordered ? 'first < reached' : '0'}
       ORDER BY Series, number
     )
     GROUP BY Series`,
    { ...context, params: { run: scale.run, series: series.map(BigInt), ...scaleParameters(scale) } },
  );
  return new Map(
    rows.map((row) => [
      row.series,
      row.times.map((time, i) => ({
        step: placing === 'step' ? row.steps[i] : undefined,
        epoch: row.epochs[i]!,
        time,
      })),
    ]),
  );
}

/** Every point as a stretch of its own. */
function points(placing: 'epoch' | 'time'): string {
  const position = placing === 'epoch' ? '(Epoch, 0)' : '(toUnixTimestamp64Nano(Time), 0)';
  return `stretches AS (
       SELECT Series, toUnixTimestamp64Nano(Time) AS t, Epoch AS epoch, ${position} AS first, ${position} AS last
       FROM training_points
       WHERE RunId = {run:String} AND Series IN {series:Array(UInt64)} AND Axes = '${placing}'
     )`;
}

/** A cell is one where its points rise, and no other cell has a point in between; else its points are. */
function stretches(scale: RunScale): string {
  const hour = scale.ordered ? 'toInt32(intDiv(toUnixTimestamp64Nano(Time), 3600000000000))' : 'toInt32(0)';
  return `cells AS (${cellsOf(scale)}),
     timed AS (
       SELECT *,
         NOT rising
           OR t0 <= max(t1) OVER (PARTITION BY Series ORDER BY t0, t1 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
           OR t1 >= leadInFrame(t0, 1, t1 + 1) OVER (PARTITION BY Series ORDER BY t0, t1 ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
           AS tangled
       FROM cells
     ),
     stretches AS (
       SELECT Series, t0 AS t, e0 AS epoch, (EpochWhole, a) AS first, (EpochWhole, b) AS last FROM timed WHERE NOT tangled
       UNION ALL
       SELECT Series, toUnixTimestamp64Nano(Time) AS t, Epoch AS epoch, (EpochWhole, Batch) AS first, (EpochWhole, Batch) AS last
       FROM training_points
       WHERE RunId = {run:String} AND Series IN {series:Array(UInt64)} AND Axes IN ('batch', 'epoch and batch')
         AND (Series, EpochWhole, bitShiftRight(Batch, 6), ${hour}) IN (SELECT Series, EpochWhole, Cell, hour FROM timed WHERE tangled)
     )`;
}
