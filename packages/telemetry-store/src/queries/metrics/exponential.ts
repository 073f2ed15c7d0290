import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import {
  addExponentialBuckets,
  type ExponentialBuckets,
  exponentialQuantile,
} from './exponential-quantile.ts';
import { bySteps, type HistogramPoint, type HistogramRequest, NOTHING } from './histogram-points.ts';
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

interface ExponentialRow {
  readonly group: readonly string[];
  readonly step: string;
  readonly scale: number;
  readonly count: number;
  readonly sum: number;
  readonly zero: number;
  readonly positive: readonly [indexes: readonly string[], counts: readonly number[]];
  readonly negative: readonly [indexes: readonly string[], counts: readonly number[]];
}

/** All of a point is new, but for buckets that fell, which only a comparison in one scale can tell. */
const BEGUN = `(nth = 1 OR temporality = 1
  OR (start != lagInFrame(start) OVER w AND start != 0 AND lagInFrame(start) OVER w != 0)
  OR Count < lagInFrame(Count) OVER w OR zero < lagInFrame(zero) OVER w)`;

/** The indexes of a point's buckets in the scale of the row; hostile scales are as far apart as shifts go. */
const indexes = (offset: string, counts: string, scale: string) =>
  `arrayMap(i -> bitShiftRight(toInt64(${offset}) + i, least(62, toInt64(${scale}) - common)), range(length(${counts})))`;

/** By how much each bucket grew: (indexes, counts), without those that did not. */
const grown = (side: string) => `arrayReduce('sumMap',
  [${indexes(`${side}Offset`, side, 'scale')}, ${indexes(`${side}OffsetBefore`, `${side}Before`, 'scaleBefore')}],
  [${side}, arrayMap(n -> -n, ${side}Before)])`;

const alone = (side: string) =>
  `arrayReduce('sumMap', [arrayMap(i -> toInt64(${side}Offset) + i, range(length(${side})))], [${side}])`;

const before = (side: string) =>
  `if(begun, [], lagInFrame(${side}) OVER w) AS ${side}Before, lagInFrame(${side}Offset) OVER w AS ${side}OffsetBefore`;

/** As `metricHistogram`, for exponential histograms. A point's growth is counted in the coarser of its scale and that of the point before. */
export async function exponentialHistogram(
  connection: Connection,
  request: HistogramRequest,
  context: QueryContext,
): Promise<MetricGroup<HistogramPoint>[]> {
  const condition = selectionCondition(request, LOOKBACK);
  const rows = await readRange<ExponentialRow>(
    connection,
    {
      tables: ['otel_metrics_exponential_histogram'],
      range: withLookback(request.range),
      params: condition.params,
      sql: `SELECT group, ${stepOf('time')} AS step, if(fell, scale, common) AS scale,
       sum(toFloat64(Count) - if(fell, 0, baseCount)) AS count, sum(Sum - if(fell, 0, baseSum)) AS sum,
       sum(zero - if(fell, 0, baseZero)) AS zero,
       sumMap(if(fell, positiveAlone, positiveGrown)) AS positive, sumMap(if(fell, negativeAlone, negativeGrown)) AS negative
     FROM (
       SELECT *, ${grown('positive')} AS positiveGrown, ${grown('negative')} AS negativeGrown,
         ${alone('positive')} AS positiveAlone, ${alone('negative')} AS negativeAlone,
         arrayExists(n -> n < 0, positiveGrown.2) OR arrayExists(n -> n < 0, negativeGrown.2) AS fell
       FROM (
         SELECT *, row_number() OVER w AS nth, ${NOTHING} AS nothing, ${BEGUN} AS begun,
           ${before('positive')}, ${before('negative')},
           lagInFrame(scale) OVER w AS scaleBefore, if(begun, scale, least(scale, scaleBefore)) AS common,
           if(begun, 0., toFloat64(lagInFrame(Count) OVER w)) AS baseCount,
           if(begun, 0., lagInFrame(Sum) OVER w) AS baseSum, if(begun, 0., lagInFrame(zero) OVER w) AS baseZero
         FROM (
           SELECT ${groupOf(request)} AS group, ${SERIES} AS series, toUnixTimestamp64Nano(TimeUnix) AS time,
             toUnixTimestamp64Nano(StartTimeUnix) AS start, AggregationTemporality AS temporality, Count, Sum,
             Scale AS scale, toFloat64(ZeroCount) AS zero,
             PositiveOffset AS positiveOffset, CAST(PositiveBucketCounts, 'Array(Float64)') AS positive,
             NegativeOffset AS negativeOffset, CAST(NegativeBucketCounts, 'Array(Float64)') AS negative
           FROM otel_metrics_exponential_histogram
           WHERE ${condition.sql}
         )
         WINDOW w AS (PARTITION BY series ORDER BY time, start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
       )
       WHERE time >= {from:Int64} AND NOT nothing
     )
     GROUP BY group, step, scale
     ORDER BY group, step`,
    },
    context,
  );
  return toGroups(rows, (row) => row).map(({ group, points }) => ({
    group,
    points: bySteps(points).map((scales) => toPoint(request, scales)),
  }));
}

function toPoint(request: HistogramRequest, scales: readonly ExponentialRow[]): HistogramPoint {
  const buckets = addExponentialBuckets(scales.map(toBuckets));
  return {
    time: stepStart(request, scales[0]!.step),
    count: scales.reduce((sum, { count }) => sum + count, 0),
    sum: scales.reduce((all, { sum }) => all + sum, 0),
    quantiles: request.quantiles.map((q) => exponentialQuantile(q, buckets)),
  };
}

function toBuckets({ scale, zero, positive, negative }: ExponentialRow): ExponentialBuckets {
  return { scale, zero, positive: toCounts(positive), negative: toCounts(negative) };
}

function toCounts([indexes, counts]: ExponentialRow['positive']): Map<number, number> {
  return new Map(indexes.map((index, at) => [Number(index), counts[at]!]));
}
