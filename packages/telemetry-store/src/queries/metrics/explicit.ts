import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { bySteps, type HistogramPoint, type HistogramRequest, NOTHING } from './histogram-points.ts';
import { addBuckets, type Buckets, histogramQuantile } from './histogram-quantile.ts';
import {
  groupOf,
  LOOKBACK,
  type MetricGroup,
  SERIES,
  selectionCondition,
  stepOf,
  stepStart,
  toGroups,
  withLookback,
} from './selection.ts';

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

/** As `metricHistogram`, for histograms with explicit bounds. */
export async function explicitHistogram(
  connection: Connection,
  request: HistogramRequest,
  context: QueryContext,
): Promise<MetricGroup<HistogramPoint>[]> {
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

function toPoint(request: HistogramRequest, layouts: readonly HistogramRow[]): HistogramPoint {
  const buckets = addBuckets(layouts);
  return {
    time: stepStart(request, layouts[0]!.step),
    count: layouts.reduce((sum, { count }) => sum + count, 0),
    sum: layouts.reduce((all, { sum }) => all + sum, 0),
    quantiles: request.quantiles.map((q) => histogramQuantile(q, buckets)),
  };
}
