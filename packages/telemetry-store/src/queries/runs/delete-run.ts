import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';

/** Rows that went. Re-sends that had not merged yet count. */
export interface DeletedRun {
  readonly points: number;
  readonly series: number;
}

const TABLES = [
  'training_points',
  'training_cells',
  'training_epochs',
  'training_series',
  'training_runs',
] as const;

/**
 * Removes a run, its curves and what was written about it. Its logs, spans and the points in `otel_metrics_gauge` stay and
 * expire as all do. If it speaks again it is there again, with what it says from then on.
 *
 * @returns undefined where there is no such run
 */
export async function deleteRun(
  connection: Connection,
  id: string,
  context: Pick<QueryContext, 'signal'> = {},
): Promise<DeletedRun | undefined> {
  const options = { ...context, params: { run: id } };
  const [found] = await connection.query<{ runs: string; points: string; series: string }>(
    `SELECT
       (SELECT count() FROM training_runs WHERE RunId = {run:String}) AS runs,
       (SELECT count() FROM training_points WHERE RunId = {run:String}) AS points,
       (SELECT uniqExact(Series) FROM training_series WHERE RunId = {run:String}) AS series`,
    options,
  );
  if (found === undefined || found.runs === '0') return undefined;
  await connection.command(
    `INSERT INTO training_run_edits (RunId, DeletedAt, EditedAt) VALUES ({run:String}, now64(3, 'UTC'), now64(6, 'UTC'))`,
    options,
  );
  for (const table of TABLES)
    await connection.command(`DELETE FROM ${table} WHERE RunId = {run:String}`, {
      ...options,
      settings: { lightweight_deletes_sync: 2 },
    });
  return { points: Number(found.points), series: Number(found.series) };
}
