import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
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
  const rows = await connection.query<Row>(
    `SELECT toString(Series) AS series, groupArray(step) AS steps, groupArray(epoch) AS epochs, groupArray(${millis('t')}) AS times
     FROM (
       SELECT Series, t, epoch, ${placing === 'step' ? xOf('step', placing, { whole: 'EpochWhole', batch: 'Batch', epoch: 'epoch', time: 't' }) : 'nan'} AS step
       FROM (
         SELECT Series, toUnixTimestamp64Nano(Time) AS t, EpochWhole, Batch, Epoch AS epoch, (${POSITION[placing]}) AS position,
           lagInFrame(position, 1, position) OVER before AS last,
           row_number() OVER before AS number
         FROM training_points
         WHERE RunId = {run:String} AND Series IN {series:Array(UInt64)} AND Axes IN ${AXES[placing]}
         WINDOW before AS (PARTITION BY Series ORDER BY Time, position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
       )
       WHERE number = 1 OR ${scale.ordered ? 'position < last' : '0'}
       ORDER BY Series, t
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

const AXES: Record<Placing, string> = {
  step: "('batch', 'epoch and batch')",
  epoch: "('epoch')",
  time: "('time')",
};
const POSITION: Record<Placing, string> = {
  step: 'EpochWhole, Batch',
  epoch: 'Epoch, 0',
  time: 'toUnixTimestamp64Nano(Time), 0',
};
