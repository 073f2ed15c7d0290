import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { earlier, later, type TimeRange } from '../time-range.ts';
import { spansIn } from './span-time.ts';

/** A trace as a whole, also where it lies beyond the range that was asked for. */
export interface TraceSummary {
  /** Of its first span, nanoseconds since 1970. */
  readonly start: bigint;
  /** From there to its last end, nanoseconds. */
  readonly duration: bigint;
  readonly spans: number;
  /** Spans with the status Error. */
  readonly errors: number;
  /** Of the first span without a parent; empty where none has come. */
  readonly rootName: string;
  readonly rootService: string;
  /** In alphabetical order. */
  readonly services: readonly string[];
}

interface SummaryRow extends Omit<TraceSummary, 'start' | 'duration' | 'spans' | 'errors'> {
  readonly traceId: string;
  readonly start: string;
  readonly duration: string;
  readonly spans: string;
  readonly errors: string;
}

/** By trace id. `times` says where the spans of each lie. */
export async function readSummaries(
  connection: Connection,
  times: ReadonlyMap<string, TimeRange>,
  context: QueryContext,
): Promise<Map<string, TraceSummary>> {
  if (times.size === 0) return new Map();
  const range = [...times.values()].reduce((all, one) => ({
    from: earlier(all.from, one.from),
    to: later(all.to, one.to),
  }));
  const time = spansIn(range);
  const rows = await connection.query<SummaryRow>(
    `SELECT TraceId AS traceId, toUnixTimestamp64Nano(min(Timestamp)) AS start,
       max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)) - start AS duration,
       count() AS spans, countIf(StatusCode = 'Error') AS errors,
       argMinIf(SpanName, Timestamp, ParentSpanId = '') AS rootName,
       argMinIf(ServiceName, Timestamp, ParentSpanId = '') AS rootService,
       arraySort(groupUniqArray(ServiceName)) AS services
     FROM otel_traces
     WHERE TraceId IN {traceIds:Array(String)}
       AND ${time.sql}
     GROUP BY TraceId`,
    { ...context, params: { traceIds: [...times.keys()], ...time.params } },
  );
  return new Map(rows.map(({ traceId, ...row }) => [traceId, toSummary(row)]));
}

function toSummary(row: Omit<SummaryRow, 'traceId'>): TraceSummary {
  return {
    ...row,
    start: BigInt(row.start),
    duration: BigInt(row.duration),
    spans: Number(row.spans),
    errors: Number(row.errors),
  };
}
