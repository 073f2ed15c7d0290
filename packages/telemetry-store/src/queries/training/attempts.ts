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
  /** Whether some of its points must be read to tell. */
  readonly tangled: number;
}

/** Where the attempts of series begin that are placed alike: at the first point, and wherever the step falls in order of time. */
export async function readAttempts(
  connection: Connection,
  scale: RunScale,
  { placing, series }: { placing: Placing; series: readonly string[] },
  context: QueryContext,
): Promise<Map<string, Attempt[]>> {
  const rows =
    placing === 'step'
      ? await readSteps(connection, scale, series, context)
      : await ask(connection, scale, series, points(placing), 'nan', context);
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

/** Cells tell of most series; of those that have tangled ones, the points of these as well. */
async function readSteps(
  connection: Connection,
  scale: RunScale,
  series: readonly string[],
  context: QueryContext,
): Promise<Row[]> {
  const step = xOf('step', 'step', { whole: 'first.1', batch: 'first.2', epoch: 'epoch', time: 't' });
  const rows = await ask(connection, scale, series, cells(scale), step, context);
  const tangled = rows.filter((row) => row.tangled === 1).map((row) => row.series);
  const closer = await ask(connection, scale, tangled, cellsAndPoints(scale), step, context);
  return [...rows.filter((row) => row.tangled === 0), ...closer];
}

async function ask(
  connection: Connection,
  scale: RunScale,
  series: readonly string[],
  stretches: string,
  step: string,
  context: QueryContext,
): Promise<Row[]> {
  if (series.length === 0) return [];
  return connection.query<Row>(
    `WITH ${stretches}
     SELECT toString(Series) AS series, groupArrayIf(step, begins) AS steps, groupArrayIf(epoch, begins) AS epochs,
       groupArrayIf(${millis('t')}, begins) AS times, max(unsure) AS tangled
     FROM (
       SELECT Series, t, epoch, ${step} AS step, unsure, number = 1 OR ${scale.ordered ? 'first < reached' : '0'} AS begins
       FROM (
         SELECT *, lagInFrame(last, 1, first) OVER before AS reached, row_number() OVER before AS number
         FROM stretches
         WINDOW before AS (PARTITION BY Series ORDER BY t, first ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
       )
       WHERE begins OR unsure
       ORDER BY Series, number
     )
     GROUP BY Series`,
    { ...context, params: { run: scale.run, series: series.map(BigInt), ...scaleParameters(scale) } },
  );
}

/** Every point as a stretch of its own. */
function points(placing: 'epoch' | 'time'): string {
  const position = placing === 'epoch' ? '(Epoch, 0)' : '(toUnixTimestamp64Nano(Time), 0)';
  return `stretches AS (
       SELECT Series, toUnixTimestamp64Nano(Time) AS t, Epoch AS epoch, ${position} AS first, ${position} AS last, 0 AS unsure
       FROM training_points
       WHERE RunId = {run:String} AND Series IN {series:Array(UInt64)} AND Axes = '${placing}'
     )`;
}

/** Cells as stretches. One is tangled where its points do not rise, or another has a point in between. */
function cells(scale: RunScale): string {
  return `${timed(scale)},
     stretches AS (
       SELECT Series, t0 AS t, e0 AS epoch, (EpochWhole, a) AS first, (EpochWhole, b) AS last, tangled AS unsure FROM timed
     )`;
}

function timed(scale: RunScale): string {
  return `cells AS (${cellsOf(scale)}),
     timed AS (
       SELECT *,
         NOT rising
           OR t0 <= max(t1) OVER (PARTITION BY Series ORDER BY t0, t1 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
           OR t1 >= leadInFrame(t0, 1, t1 + 1) OVER (PARTITION BY Series ORDER BY t0, t1 ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
           AS tangled
       FROM cells
     )`;
}

/** The points of tangled cells are stretches of their own. */
function cellsAndPoints(scale: RunScale): string {
  const hour = scale.ordered ? 'toInt32(intDiv(toUnixTimestamp64Nano(Time), 3600000000000))' : 'toInt32(0)';
  return `${timed(scale)},
     stretches AS (
       SELECT Series, t0 AS t, e0 AS epoch, (EpochWhole, a) AS first, (EpochWhole, b) AS last, 0 AS unsure
       FROM timed WHERE NOT tangled
       UNION ALL
       SELECT Series, toUnixTimestamp64Nano(Time) AS t, Epoch AS epoch, (EpochWhole, Batch) AS first, (EpochWhole, Batch) AS last, 0 AS unsure
       FROM training_points
       WHERE RunId = {run:String} AND Series IN {series:Array(UInt64)} AND Axes IN ('batch', 'epoch and batch')
         AND (Series, EpochWhole, bitShiftRight(Batch, 6), ${hour}) IN (SELECT Series, EpochWhole, Cell, hour FROM timed WHERE tangled)
     )`;
}
