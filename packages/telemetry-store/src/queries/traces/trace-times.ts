import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { later, NANOS_PER_SECOND, type TimeRange } from '../time-range.ts';

/** A span that ends before it begins, as clocks that were set have it, begins after the end that the table knows. */
const CLOCK_SLACK = 3600n * NANOS_PER_SECOND;

/** Between which times to look for the spans of these traces, by trace id; those that there are none of are missing. */
export async function readTraceTimes(
  connection: Connection,
  traceIds: readonly string[],
  context: QueryContext,
): Promise<Map<string, TimeRange>> {
  if (traceIds.length === 0) return new Map();
  const rows = await connection.query<{ traceId: string; start: string; end: string }>(
    `SELECT TraceId AS traceId, toUnixTimestamp64Nano(min(Start)) AS start, toUnixTimestamp64Nano(max(End)) AS end
     FROM otel_traces_trace_id_ts WHERE TraceId IN {traceIds:Array(String)} GROUP BY TraceId`,
    { ...context, params: { traceIds } },
  );
  return new Map(
    rows.map(({ traceId, start, end }) => {
      const from = BigInt(start);
      return [traceId, { from, to: later(from, BigInt(end)) + CLOCK_SLACK }];
    }),
  );
}
