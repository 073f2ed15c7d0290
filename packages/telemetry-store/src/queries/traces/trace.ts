import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole } from '../query-error.ts';
import { rangeParameters, type TimeRange } from '../time-range.ts';
import { SPAN_COLUMNS, type Span, type SpanRow, toSpan } from './span.ts';
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
  return {
    sql: `SELECT ${SPAN_COLUMNS}
FROM otel_traces
WHERE TraceId = {traceId:String}
  AND Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64})
ORDER BY Timestamp, SpanId
LIMIT {limit:UInt32}`,
    params: { traceId, ...rangeParameters(times), limit },
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
