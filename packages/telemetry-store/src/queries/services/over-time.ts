import type { Connection } from '../../connection/connection.ts';
import { bucketsOfWidth } from '../buckets.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { NANOS_PER_SECOND, rangeParameters, type TimeRange } from '../time-range.ts';
import { spansIn } from '../traces/span-time.ts';
import {
  bucketQuantiles,
  type DurationBuckets,
  MINUTE,
  requestBuckets,
  type SpanSource,
  spanSelection,
  wholeMinutes,
} from './minutes.ts';
import { checkQuantiles, countsOf, durations } from './red.ts';

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

export interface ServiceOverTime {
  readonly source: SpanSource;
  /** Every step, oldest first. */
  readonly steps: readonly ServiceStep[];
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

/**
 * Requests (spans of the kinds Server and Consumer), errors and durations of a service or operation. Spans are read
 * where the range is short, and where a step begins within a minute.
 */
export async function serviceOverTime(
  connection: Connection,
  request: ServiceOverTimeRequest,
  context: QueryContext = {},
): Promise<ServiceOverTime> {
  const { range, step, quantiles = [0.5, 0.9, 0.99] } = request;
  checkQuantiles(quantiles);
  const { buckets } = bucketsOfWidth(range, step);
  const whole = range.from % MINUTE === 0n && step % MINUTE === 0n ? wholeMinutes(range) : undefined;
  const rows =
    whole === undefined
      ? await fromSpans(connection, request, quantiles, context)
      : await fromMinutes(connection, request, { whole, quantiles }, context);
  const found = new Map(rows.map(({ step, ...row }) => [Number(step), row]));
  const steps = buckets.map(({ from, to }, index) => {
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
  return { source: whole === undefined ? 'spans' : 'minutes', steps };
}

interface StepRow {
  readonly step: string;
  readonly requests: string;
  readonly errors: string;
  readonly durations: readonly number[];
}

function fromSpans(
  connection: Connection,
  { range, step, service, operation }: ServiceOverTimeRequest,
  quantiles: readonly number[],
  context: QueryContext,
): Promise<StepRow[]> {
  const filter = spanSelection({ service, operation });
  const time = spansIn(range);
  return readRange<StepRow>(
    connection,
    {
      tables: ['otel_traces'],
      range,
      params: { ...filter.params, ...time.params, step },
      sql: `SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - {from:Int64}, {step:Int64}) AS step, count() AS requests,
       countIf(StatusCode = 'Error') AS errors, ${durations(quantiles)} AS durations
     FROM otel_traces
     WHERE ${time.sql} AND ${filter.sql}
     GROUP BY step`,
    },
    context,
  );
}

async function fromMinutes(
  connection: Connection,
  { range, step, service, operation }: ServiceOverTimeRequest,
  { whole, quantiles }: { whole: TimeRange; quantiles: readonly number[] },
  context: QueryContext,
): Promise<StepRow[]> {
  const { sql, params } = requestBuckets(range, whole, { service, operation });
  const rows = await readRange<Omit<StepRow, 'durations'> & DurationBuckets>(
    connection,
    {
      tables: ['otel_traces', 'otel_traces_minutes'],
      range,
      params: { ...params, ...rangeParameters(range), step },
      sql: `SELECT step, sum(n) AS requests, sum(failed) AS errors, groupArray(Bucket) AS buckets, groupArray(n) AS spans
     FROM (
       SELECT intDiv(time - {from:Int64}, {step:Int64}) AS step, Bucket, sum(Spans) AS n, sum(Errors) AS failed
       FROM (${sql})
       GROUP BY step, Bucket
     )
     GROUP BY step`,
    },
    context,
  );
  return rows.map((row) => ({ ...row, durations: bucketQuantiles(quantiles, row) }));
}
