import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { readLastPoints } from './last-points.ts';
import type { Run } from './run.ts';
import { checkTime } from './run-page.ts';
import { RUN_COLUMNS, type RunRow, runsOf, toRun } from './run-rows.ts';

export interface RunDetail extends Run {
  /** JSON, as it was sent; undefined where none was. */
  readonly config: string | undefined;
  /** False where its sender logs steps out of order on purpose: then a fall is no new attempt. */
  readonly ordered: boolean;
}

/**
 * All about one run; undefined where there is none of this id.
 *
 * @param now the reader's clock, milliseconds since 1970
 */
export async function run(
  connection: Connection,
  id: string,
  now: number,
  context: QueryContext = {},
): Promise<RunDetail | undefined> {
  const [[row], [config], last] = await Promise.all([
    connection.query<RunRow & { ordered: string }>(
      `WITH ${runsOf('1', 'RunId = {run:String}')} SELECT ${RUN_COLUMNS}, ordered FROM runs`,
      { ...context, params: { run: id, now: checkTime(now) } },
    ),
    connection.query<{ config: string }>(
      'SELECT max(Config).Value AS config FROM training_runs WHERE RunId = {run:String}',
      { ...context, params: { run: id } },
    ),
    readLastPoints(connection, [id], context),
  ]);
  if (row === undefined) return undefined;
  return {
    ...toRun(row, last.get(id)),
    config: config?.config || undefined,
    ordered: row.ordered !== 'false',
  };
}
