import { allOf, bound, type Condition } from '../condition.ts';
import { isEmptyRange, NANOS_PER_SECOND, secondsIn, type TimeRange } from '../time-range.ts';
import { spansIn } from '../traces/span-time.ts';

export const MINUTE = 60n * NANOS_PER_SECOND;

/** From so many whole minutes on the rollup is asked: below, the spans of a range are read about as fast. */
const WORTH = 10n * MINUTE;

/**
 * Where an answer comes from: `spans` (each was read) or `minutes` (counted as they came, but for the pieces of a
 * minute at the ends of the range, which were read). From `minutes` a span that was sent again counts again, one whose
 * retention is over may still count, and durations are off by up to 4.5 %.
 */
export type SpanSource = 'spans' | 'minutes';

export interface SpanSelection {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
}

/** Spans that someone else waits for, or has sent work to. */
export const IS_REQUEST = "SpanKind IN ('Server', 'Consumer')";

/** The whole minutes of a range, where there are enough of them for the rollup. */
export function wholeMinutes({ from, to }: TimeRange): TimeRange | undefined {
  const first = from <= 0n ? 0n : ((from + MINUTE - 1n) / MINUTE) * MINUTE;
  const last = to <= 0n ? 0n : (to / MINUTE) * MINUTE;
  return from >= 0n && last - first >= WORTH ? { from: first, to: last } : undefined;
}

export function spanSelection({ service, operation }: SpanSelection): Condition {
  return allOf([
    { sql: IS_REQUEST, params: {} },
    bound(service, 'service', 'ServiceName = {service:String}'),
    bound(operation, 'operation', 'SpanName = {operation:String}'),
  ]);
}

/** Requests of a range by their durations: a SELECT of `time` (where the row's time begins), ServiceName, SpanName, Bucket, Spans, Errors. */
export function requestBuckets(range: TimeRange, whole: TimeRange, selection: SpanSelection): Condition {
  const filter = spanSelection(selection);
  const minutes = secondsIn('Minute', whole);
  const ends = [
    { name: 'head', range: { from: range.from, to: whole.from } },
    { name: 'tail', range: { from: whole.to, to: range.to } },
  ].filter((end) => !isEmptyRange(end.range));
  const read = ends.map(({ name, range }) => ({ ...spansIn(range, name), name }));
  return {
    sql: [
      `SELECT toInt64(toUnixTimestamp64Second(Minute)) * ${NANOS_PER_SECOND} AS time, ServiceName, SpanName, Bucket, Spans, Errors
 FROM otel_traces_minutes WHERE ${minutes.sql} AND ${filter.sql}`,
      ...read.map(
        ({ sql }) => `SELECT toUnixTimestamp64Nano(Timestamp) AS time, ServiceName, SpanName,
   otel_duration_bucket(Duration) AS Bucket, toUInt64(1) AS Spans, toUInt64(StatusCode = 'Error') AS Errors
 FROM otel_traces WHERE ${sql} AND ${filter.sql}`,
      ),
    ].join('\n UNION ALL '),
    params: Object.assign({}, filter.params, minutes.params, ...read.map(({ params }) => params)),
  };
}

/** Of the buckets that `otel_duration_bucket` makes, and how many spans each has. */
export interface DurationBuckets {
  readonly buckets: readonly number[];
  readonly spans: readonly string[];
}

/**
 * Nanoseconds, for each of the quantiles; NaN where there are no spans. Within a bucket durations are taken to lie
 * evenly on the logarithmic scale that the buckets have.
 */
export function bucketQuantiles(quantiles: readonly number[], { buckets, spans }: DurationBuckets): number[] {
  const counts = buckets
    .map((bucket, index) => ({ bucket, count: Number(spans[index]) }))
    .sort((a, b) => a.bucket - b.bucket);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return quantiles.map((q) => {
    let below = 0;
    for (const { bucket, count } of counts) {
      if (below + count >= q * total) return bucketPoint(bucket, (q * total - below) / count);
      below += count;
    }
    return total === 0 ? Number.NaN : bucketPoint(counts.at(-1)!.bucket, 1);
  });
}

function bucketPoint(bucket: number, part: number): number {
  return bucket === 0 ? 0 : 2 ** ((bucket - 1 + part) / 8);
}
