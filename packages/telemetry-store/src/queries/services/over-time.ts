import type { Connection } from '../../connection/connection.ts';
import { bucketsOfWidth } from '../buckets.ts';
import { allOf, bound } from '../condition.ts';
import type { QueryContext } from '../query-context.ts';
import { NANOS_PER_SECOND, type TimeRange } from '../time-range.ts';
import { spansIn } from '../traces/span-time.ts';
import { countsOf, durations, IS_REQUEST } from './red.ts';

export interface ServiceStep {
  /** When the step begins, nanoseconds since 1970. */
  readonly time: bigint;
  readonly requests: number;
  /** Requests a second. */
  readonly rate: number;
  readonly errors: number;
  /** Nanoseconds, in the order of the quantiles asked for; NaN where there was no request. */
  readonly durations: readonly number[];
}

export interface ServiceOverTimeRequest {
  readonly range: TimeRange;
  /** Nanoseconds. At most 2,000 steps; the last may be narrower. */
  readonly step: bigint;
  readonly service: string;
  /** Default: all operations together. */
  readonly operation?: string;
  /** 0 to 1, at most 20. Default 0.5, 0.9, 0.99. */
  readonly quantiles?: readonly number[];
}

/** Requests, errors and durations of a service or operation from spans: every step, oldest first. */
export async function serviceOverTime(
  connection: Connection,
  { range, step, service, operation, quantiles = [0.5, 0.9, 0.99] }: ServiceOverTimeRequest,
  context: QueryContext = {},
): Promise<ServiceStep[]> {
  const { buckets } = bucketsOfWidth(range, step);
  const filter = allOf([
    bound(service, 'service', 'ServiceName = {service:String}'),
    bound(operation, 'operation', 'SpanName = {operation:String}'),
  ]);
  const time = spansIn(range);
  const rows = await connection.query<{
    bucket: string;
    requests: string;
    errors: string;
    durations: number[];
  }>(
    `SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - {from:Int64}, {step:Int64}) AS bucket, count() AS requests,
       countIf(StatusCode = 'Error') AS errors, ${durations(quantiles)} AS durations
     FROM otel_traces
     WHERE ${time.sql}
       AND ${IS_REQUEST} AND ${filter.sql}
     GROUP BY bucket`,
    { ...context, params: { ...filter.params, ...time.params, step } },
  );
  const found = new Map(rows.map(({ bucket, ...row }) => [Number(bucket), row]));
  return buckets.map(({ from, to }, index) => {
    const row = found.get(index);
    const counts = countsOf(row ?? { requests: '0', errors: '0' });
    const seconds = Number(to - from) / Number(NANOS_PER_SECOND);
    return {
      time: from,
      ...counts,
      rate: counts.requests / seconds,
      durations: row?.durations ?? quantiles.map(() => Number.NaN),
    };
  });
}
