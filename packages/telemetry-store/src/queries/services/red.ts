import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { QueryError } from '../query-error.ts';
import { NANOS_PER_SECOND, type TimeRange } from '../time-range.ts';
import { spansIn } from '../traces/span-time.ts';
import {
  bucketQuantiles,
  type DurationBuckets,
  requestBuckets,
  type SpanSource,
  spanSelection,
  wholeMinutes,
} from './minutes.ts';

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
  /** Nanoseconds, estimated, in the order of the quantiles asked for. */
  readonly durations: readonly number[];
}

export interface ServiceStatsAnswer {
  readonly source: SpanSource;
  /** Those with the most requests first. At most 1,000. */
  readonly stats: readonly ServiceStats[];
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

/** Requests (spans of the kinds Server and Consumer), errors and durations. Spans are read where the range is short. */
export async function serviceStats(
  connection: Connection,
  request: ServiceStatsRequest,
  context: QueryContext = {},
): Promise<ServiceStatsAnswer> {
  const { range, quantiles = [0.5, 0.9, 0.99] } = request;
  checkQuantiles(quantiles);
  const whole = wholeMinutes(range);
  const rows =
    whole === undefined
      ? await fromSpans(connection, request, quantiles, context)
      : await fromMinutes(connection, request, { whole, quantiles }, context);
  const seconds = Number(range.to - range.from) / Number(NANOS_PER_SECOND);
  const stats = rows.map(({ service, operation, durations, ...counts }) => ({
    service,
    operation,
    ...countsOf(counts),
    rate: Number(counts.requests) / seconds,
    durations,
  }));
  return { source: whole === undefined ? 'spans' : 'minutes', stats };
}

interface StatsRow extends Counts {
  readonly service: string;
  readonly operation: string;
  readonly durations: readonly number[];
}

function fromSpans(
  connection: Connection,
  { range, service, by = 'service' }: ServiceStatsRequest,
  quantiles: readonly number[],
  context: QueryContext,
): Promise<StatsRow[]> {
  const filter = spanSelection({ service });
  const time = spansIn(range);
  return readRange<StatsRow>(
    connection,
    {
      tables: ['otel_traces'],
      range,
      params: { ...filter.params, ...time.params },
      sql: `SELECT ServiceName AS service, ${OPERATION[by]} AS operation, count() AS requests,
       countIf(StatusCode = 'Error') AS errors, ${durations(quantiles)} AS durations
     FROM otel_traces
     WHERE ${time.sql} AND ${filter.sql}
     GROUP BY service, operation
     ORDER BY requests DESC, service, operation
     LIMIT 1000`,
    },
    context,
  );
}

async function fromMinutes(
  connection: Connection,
  { range, service, by = 'service' }: ServiceStatsRequest,
  { whole, quantiles }: { whole: TimeRange; quantiles: readonly number[] },
  context: QueryContext,
): Promise<StatsRow[]> {
  const { sql, params } = requestBuckets(range, whole, { service });
  const rows = await readRange<Omit<StatsRow, 'durations'> & DurationBuckets>(
    connection,
    {
      tables: ['otel_traces', 'otel_traces_minutes'],
      range,
      params,
      sql: `SELECT service, operation, sum(n) AS requests, sum(failed) AS errors, groupArray(Bucket) AS buckets, groupArray(n) AS spans
     FROM (
       SELECT ServiceName AS service, ${OPERATION[by]} AS operation, Bucket, sum(Spans) AS n, sum(Errors) AS failed
       FROM (${sql})
       GROUP BY service, operation, Bucket
     )
     GROUP BY service, operation
     ORDER BY requests DESC, service, operation
     LIMIT 1000`,
    },
    context,
  );
  return rows.map((row) => ({ ...row, durations: bucketQuantiles(quantiles, row) }));
}

interface Counts {
  readonly requests: string;
  readonly errors: string;
}

export function countsOf({ requests, errors }: Counts): { requests: number; errors: number } {
  return { requests: Number(requests), errors: Number(errors) };
}

/** @throws QueryError where there are too many, or one is none */
export function checkQuantiles(quantiles: readonly number[]): void {
  if (quantiles.length > 20 || quantiles.some((q) => !(q >= 0 && q <= 1)))
    throw new QueryError('argument', 'quantiles: give at most 20 numbers from 0 to 1');
}

/** Of checked quantiles: a function's levels are part of its name, so no parameter can give them. */
export function durations(quantiles: readonly number[]): string {
  checkQuantiles(quantiles);
  if (quantiles.length === 0) return "CAST([], 'Array(Float64)')";
  return `arrayMap(n -> toFloat64(n), quantilesTDigest(${quantiles.map((q) => Number(q)).join(', ')})(Duration))`;
}
