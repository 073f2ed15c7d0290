import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole } from '../query-error.ts';

/** Names in one answer, at most. */
const MOST = 50_000;

/** The names of all metrics that some runs have curves of, each once, in order; of more than fifty thousand the first. */
export async function metricNames(
  connection: Connection,
  runs: readonly string[],
  context: QueryContext = {},
): Promise<string[]> {
  checkWhole('the number of runs', runs.length, { min: 1, max: 100 });
  const rows = await connection.query<{ name: string }>(
    `SELECT MetricName AS name FROM training_series WHERE RunId IN {runs:Array(String)}
     GROUP BY name ORDER BY name LIMIT {most:UInt32}`,
    { ...context, params: { runs, most: MOST } },
  );
  return rows.map(({ name }) => name);
}
