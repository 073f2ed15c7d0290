import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { QueryError } from '../query-error.ts';
import { exponentialHistogram } from './exponential.ts';
import { addBuckets, type Buckets, histogramQuantile } from './histogram-quantile.ts';
import {
  groupOf,
  LOOKBACK,
  type MetricGroup,
  type MetricSelection,
  SERIES,
  selectionCondition,
  stepOf,
  stepStart,
  toGroups,
  withLookback,
} from './selection.ts';

/** What came into a histogram in one step. */
export interface HistogramPoint {
  /** When the step begins, nanoseconds since 1970. */
  readonly time: bigint;
  readonly count: number;
  readonly sum: number;
  /** In the order that they were asked for. */
  readonly quantiles: readonly number[];
}

export interface HistogramRequest extends MetricSelection {
  /** 0 to 1. At most 20. */
  readonly quantiles: readonly number[];
  /** As the catalogue names it. Default `histogram`. */
  readonly type?: 'histogram' | 'exponential_histogram';
}

interface HistogramRow extends Buckets {
  readonly group: readonly string[];
  readonly step: string;
  readonly count: number;
  readonly sum: number;
}

/** All of a point is new: it is a delta, or counts from another start, or has fallen or other buckets than the one before. */
const WHOLE = `(temporality = 1
  OR (start != lagInFrame(start) OVER w AND start != 0 AND lagInFrame(start) OVER w != 0)
  OR bounds != lagInFrame(bounds) OVER w OR Count < lagInFrame(Count) OVER w
  OR arrayExists((now, before) -> now < before, counts, lagInFrame(counts) OVER w))`;

/** As {@link metricIncrease} has it: the same delta twice, and a first point of which nobody knows what was before. */
export const NOTHING = `if(temporality = 1,
  nth > 1 AND time = lagInFrame(time) OVER w AND start = lagInFrame(start) OVER w,
  nth = 1 AND (start = 0 OR start < {readFrom:Int64}))`;

/**
 * Count, sum and quantiles of the values that came into a histogram in each step, over all series of a group; resets and
 * temporality as in {@link metricIncrease}. Quantiles are estimates, see {@link histogramQuantile} and
 * {@link exponentialQuantile}.
 */
export async function metricHistogram(
  connection: Connection,
  request: HistogramRequest,
  context: QueryContext = {},
): Promise<MetricGroup<HistogramPoint>[]> {
  if (request.quantiles.length > 20 || request.quantiles.some((q) => !(q >= 0 && q <= 1)))
    throw new QueryError('argument', 'quantiles: give at most 20 numbers from 0 to 1');
  if (request.type === 'exponential_histogram') return exponentialHistogram(connection, request, context);
  const condition = selectionCondition(request, LOOKBACK);
  const rows = await readRange<HistogramRow>(
    connection,
    {
      tables: ['otel_metrics_histogram'],
      range: withLookback(request.range),
      params: condition.params,
      sql: `SELECT group, ${stepOf('time')} AS step, bounds,
       sumForEach(if(nothing, arrayMap(n -> 0., counts), arrayMap((now, before) -> toFloat64(now) - before, counts, base))) AS counts,
       sum(if(nothing, 0., toFloat64(Count) - baseCount)) AS count, sum(if(nothing, 0., Sum - baseSum)) AS sum
     FROM (
       SELECT group, time, bounds, counts, Count, Sum, row_number() OVER w AS nth,
         ${NOTHING} AS nothing, nth = 1 OR ${WHOLE} AS whole,
         if(whole, arrayMap(n -> 0., counts), CAST(lagInFrame(counts) OVER w, 'Array(Float64)')) AS base,
         if(whole, 0., toFloat64(lagInFrame(Count) OVER w)) AS baseCount,
         if(whole, 0., lagInFrame(Sum) OVER w) AS baseSum
       FROM (
         SELECT ${groupOf(request)} AS group, ${SERIES} AS series, toUnixTimestamp64Nano(TimeUnix) AS time,
           toUnixTimestamp64Nano(StartTimeUnix) AS start, AggregationTemporality AS temporality, Count, Sum,
           length(BucketCounts) = length(ExplicitBounds) + 1 AS proper,
           if(proper, ExplicitBounds, []) AS bounds, if(proper, BucketCounts, [Count]) AS counts
         FROM otel_metrics_histogram
         WHERE ${condition.sql}
       )
       WINDOW w AS (PARTITION BY series ORDER BY time, start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
     )
     WHERE time >= {from:Int64}
     GROUP BY group, step, bounds
     ORDER BY group, step`,
    },
    context,
  );
  return toGroups(rows, (row) => row).map(({ group, points }) => ({
    group,
    points: bySteps(points).map((layouts) => toPoint(request, layouts)),
  }));
}

/** The rows of each step: one for each layout of buckets. */
export function bySteps<Row extends { readonly step: string }>(rows: readonly Row[]): Row[][] {
  const steps: Row[][] = [];
  for (const row of rows) {
    const last = steps.at(-1);
    if (last?.[0]?.step === row.step) last.push(row);
    else steps.push([row]);
  }
  return steps;
}

function toPoint(request: HistogramRequest, layouts: readonly HistogramRow[]): HistogramPoint {
  const buckets = addBuckets(layouts);
  return {
    time: stepStart(request, layouts[0]!.step),
    count: layouts.reduce((sum, { count }) => sum + count, 0),
    sum: layouts.reduce((all, { sum }) => all + sum, 0),
    quantiles: request.quantiles.map((q) => histogramQuantile(q, buckets)),
  };
}
