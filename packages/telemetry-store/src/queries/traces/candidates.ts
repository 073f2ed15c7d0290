import type { Connection } from '../../connection/connection.ts';
import type { Condition } from '../condition.ts';
import type { PagePart } from '../page.ts';
import type { QueryContext } from '../query-context.ts';
import type { TimeRange } from '../time-range.ts';
import { spansIn } from './span-time.ts';

export interface Candidate {
  /** Of its first span in the window that fits. */
  readonly time: bigint;
  readonly id: string;
}

/** Traces with a span in the window that fits the filter, by (time, id) in the direction of the walk. */
export async function readCandidates(
  connection: Connection,
  part: PagePart,
  filter: Condition,
  context: QueryContext,
): Promise<Candidate[]> {
  const order = part.direction === 'older' ? 'DESC' : 'ASC';
  const time = spansIn(part.window);
  const rows = await connection.query<{ time: string; id: string }>(
    `SELECT TraceId AS id, toUnixTimestamp64Nano(min(Timestamp)) AS time
     FROM otel_traces
     WHERE ${time.sql}
       AND TraceId != '' AND ${filter.sql}
     GROUP BY TraceId
     HAVING ${part.beyond?.sql ?? '1'}
     ORDER BY time ${order}, id ${order}
     LIMIT {limit:UInt32}`,
    {
      ...context,
      params: {
        ...filter.params,
        ...part.beyond?.params,
        ...time.params,
        limit: part.limit,
      },
    },
  );
  return rows.map(({ time, id }) => ({ time: BigInt(time), id }));
}

/** Which of these traces have a span in this range that fits, too. */
export async function readAlsoIn(
  connection: Connection,
  traceIds: readonly string[],
  range: TimeRange,
  filter: Condition,
  context: QueryContext,
): Promise<Set<string>> {
  if (traceIds.length === 0 || range.from >= range.to) return new Set();
  const time = spansIn(range);
  const rows = await connection.query<{ id: string }>(
    `SELECT DISTINCT TraceId AS id
     FROM otel_traces
     WHERE ${time.sql}
       AND TraceId IN {traceIds:Array(String)} AND ${filter.sql}`,
    { ...context, params: { ...filter.params, ...time.params, traceIds } },
  );
  return new Set(rows.map(({ id }) => id));
}
