import type { Connection } from '../../connection/connection.ts';
import { allOf, bound } from '../condition.ts';
import type { QueryContext } from '../query-context.ts';
import { QueryError } from '../query-error.ts';
import { NANOS_PER_SECOND, type TimeRange } from '../time-range.ts';
import { spansIn } from '../traces/span-time.ts';

/** How a service, or one of its operations, did in a range. */
export interface ServiceStats {
  readonly service: string;
  /** The span's name; empty where operations are not told apart. */
  readonly operation: string;
  readonly requests: number;
  /** Requests a second. */
  readonly rate: number;
  /** Requests whose span has the status Error. */
  readonly errors: number;
  /** Nanoseconds, estimated (t-digest), in the order of the quantiles asked for. */
  readonly durations: readonly number[];
}

export interface ServiceStatsRequest {
  readonly range: TimeRange;
  /** Default: all services. */
  readonly service?: string;
  /** Default `service`. */
  readonly by?: 'service' | 'operation';
  /** 0 to 1, at most 20. Default 0.5, 0.9, 0.99. */
  readonly quantiles?: readonly number[];
}

const OPERATION = { service: "''", operation: 'SpanName' } as const;

/** Spans that someone else waits for, or has sent work to. */
export const IS_REQUEST = "SpanKind IN ('Server', 'Consumer')";

/** Requests, errors and durations from spans; the services with the most requests first. At most 1,000 rows. */
export async function serviceStats(
  connection: Connection,
  { range, service, by = 'service', quantiles = [0.5, 0.9, 0.99] }: ServiceStatsRequest,
  context: QueryContext = {},
): Promise<ServiceStats[]> {
  const filter = allOf([bound(service, 'service', 'ServiceName = {service:String}')]);
  const time = spansIn(range);
  const rows = await connection.query<Omit<ServiceStats, 'rate' | 'requests' | 'errors'> & Counts>(
    `SELECT ServiceName AS service, ${OPERATION[by]} AS operation, count() AS requests,
       countIf(StatusCode = 'Error') AS errors, ${durations(quantiles)} AS durations
     FROM otel_traces
     WHERE ${time.sql}
       AND ${IS_REQUEST} AND ${filter.sql}
     GROUP BY service, operation
     ORDER BY requests DESC, service, operation
     LIMIT 1000`,
    { ...context, params: { ...filter.params, ...time.params } },
  );
  const seconds = Number(range.to - range.from) / Number(NANOS_PER_SECOND);
  return rows.map((row) => ({ ...row, ...countsOf(row), rate: Number(row.requests) / seconds }));
}

interface Counts {
  readonly requests: string;
  readonly errors: string;
}

export function countsOf({ requests, errors }: Counts): { requests: number; errors: number } {
  return { requests: Number(requests), errors: Number(errors) };
}

/** A function's levels are part of its name, so no parameter can give them: they are numbers, and checked. */
export function durations(quantiles: readonly number[]): string {
  if (quantiles.length > 20 || quantiles.some((q) => !(q >= 0 && q <= 1)))
    throw new QueryError('argument', 'quantiles: give at most 20 numbers from 0 to 1');
  if (quantiles.length === 0) return "CAST([], 'Array(Float64)')";
  return `arrayMap(n -> toFloat64(n), quantilesTDigest(${quantiles.map((q) => Number(q)).join(', ')})(Duration))`;
}
