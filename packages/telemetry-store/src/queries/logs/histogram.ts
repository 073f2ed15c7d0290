import type { Connection } from '../../connection/connection.ts';
import { bucketsOf } from '../buckets.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { rangeParameters, type TimeRange } from '../time-range.ts';
import { type LogFilter, logCondition } from './filter.ts';

/** OTLP's classes of severity numbers: `trace` is 1 to 4, …, `fatal` 21 to 24; `unset` is 0 and whatever else. */
export const SEVERITIES = ['unset', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Records from `from` up to but not including `to`, nanoseconds since 1970. */
export type LogHistogramBucket = TimeRange & { readonly counts: Readonly<Record<Severity, number>> };

export type LogHistogramRequest = LogFilter & {
  readonly range: TimeRange;
  /** 1 to 2,000. The range is cut into so many of equal width, of which the last may be narrower. */
  readonly buckets: number;
};

/** How many log records of each severity, over time: every bucket, also an empty one, oldest first. */
export async function logHistogram(
  connection: Connection,
  { range, buckets: count, ...filter }: LogHistogramRequest,
  context: QueryContext = {},
): Promise<LogHistogramBucket[]> {
  const { buckets, width } = bucketsOf(range, count);
  const condition = logCondition(filter);
  const rows = await readRange<{ bucket: string; severity: number; records: string }>(
    connection,
    {
      tables: ['otel_logs'],
      range,
      params: { ...condition.params, ...rangeParameters(range), width },
      sql: `SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - {from:Int64}, {width:Int64}) AS bucket,
       if(SeverityNumber BETWEEN 1 AND 24, intDiv(SeverityNumber + 3, 4), 0) AS severity, count() AS records
     FROM otel_logs
     WHERE Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64})
       AND ${condition.sql}
     GROUP BY bucket, severity`,
    },
    context,
  );
  const filled = buckets.map((bucket) => ({ ...bucket, counts: noCounts() }));
  for (const { bucket, severity, records } of rows)
    filled[Number(bucket)]!.counts[SEVERITIES[severity]!] = Number(records);
  return filled;
}

function noCounts(): Record<Severity, number> {
  return { unset: 0, trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
}
