import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole } from '../query-error.ts';
import type { TimeRange } from '../time-range.ts';
import { SPAN_COLUMNS, type Span, type SpanRow, toSpan } from './span.ts';
import { spansIn } from './span-time.ts';
import { readTraceTimes } from './trace-times.ts';

export interface Trace {
  /** By start, then by span id. */
  readonly spans: readonly Span[];
  /** There are more spans than `limit`: these are the first. */
  readonly more: boolean;
}

/** The statement that reads spans of one trace within a time; apart, so that a test can ask how the engine goes about it. */
export function traceStatement(
  traceId: string,
  times: TimeRange,
  limit: number,
): { sql: string; params: Parameters } {
  const time = spansIn(times);
  return {
    sql: `SELECT ${SPAN_COLUMNS}
FROM otel_traces
WHERE TraceId = {traceId:String}
  AND ${time.sql}
ORDER BY Timestamp, SpanId
LIMIT {limit:UInt32}`,
    params: { traceId, ...time.params, limit },
  };
}

/**
 * All spans of a trace, wherever they lie in time; none where there is no such trace.
 *
 * @param traceId lower-case hex
 * @param options.limit 1 to 100,000, default 10,000
 */
export async function trace(
  connection: Connection,
  traceId: string,
  { limit = 10_000, ...context }: QueryContext & { readonly limit?: number } = {},
): Promise<Trace> {
  checkWhole('limit', limit, { min: 1, max: 100_000 });
  const times = (await readTraceTimes(connection, [traceId], context)).get(traceId);
  if (times === undefined) return { spans: [], more: false };
  const { sql, params } = traceStatement(traceId, times, limit + 1);
  const rows = await connection.query<SpanRow>(sql, { ...context, params });
  return { spans: rows.slice(0, limit).map(toSpan), more: rows.length > limit };
}
