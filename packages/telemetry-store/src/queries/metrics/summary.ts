import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
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

/** What came into a summary in one step. */
export interface SummaryPoint {
  /** When the step begins, nanoseconds since 1970. */
  readonly time: bigint;
  readonly count: number;
  readonly sum: number;
  /** Ascending. */
  readonly quantiles: readonly SummaryQuantile[];
}

/**
 * As the sender had it, at the last point of each series in the step: the least and the greatest of the group's series.
 * Of several no quantile of them all can be made; group by what tells them apart, and both are the same.
 */
export interface SummaryQuantile {
  readonly quantile: number;
  readonly min: number;
  readonly max: number;
}

interface SummaryRow {
  readonly group: readonly string[];
  readonly step: string;
  readonly count: number;
  readonly sum: number;
  readonly least: readonly [quantiles: readonly number[], values: readonly number[]];
  readonly greatest: readonly [quantiles: readonly number[], values: readonly number[]];
}

/** Summaries count from their start on (OpenTelemetry's data model): see `metricIncrease` for a first point and a reset. */
const BASE = (value: string) => `multiIf(
  nth = 1, if(start != 0 AND start >= {readFrom:Int64}, 0., ${value}),
  (start != lagInFrame(start) OVER w AND start != 0 AND lagInFrame(start) OVER w != 0) OR Count < lagInFrame(Count) OVER w, 0.,
  toFloat64(lagInFrame(${value}) OVER w))`;

/** Count and sum of the values that came into a summary in each step, over all series of a group, and its quantiles as they were sent. */
export async function metricSummary(
  connection: Connection,
  selection: MetricSelection,
  context: QueryContext = {},
): Promise<MetricGroup<SummaryPoint>[]> {
  const condition = selectionCondition(selection, LOOKBACK);
  const rows = await readRange<SummaryRow>(
    connection,
    {
      tables: ['otel_metrics_summary'],
      range: withLookback(selection.range),
      params: condition.params,
      sql: `SELECT group, step, sum(count) AS count, sum(total) AS sum,
       minMap(last.1, last.2) AS least, maxMap(last.1, last.2) AS greatest
     FROM (
       SELECT group, series, ${stepOf('time')} AS step, sum(Count - baseCount) AS count, sum(Sum - baseSum) AS total,
         argMax((quantiles, values), (time, start)) AS last
       FROM (
         SELECT group, series, time, start, quantiles, values, Count, Sum, row_number() OVER w AS nth,
           ${BASE('Count')} AS baseCount, ${BASE('Sum')} AS baseSum
         FROM (
           SELECT ${groupOf(selection)} AS group, ${SERIES} AS series, toUnixTimestamp64Nano(TimeUnix) AS time,
             toUnixTimestamp64Nano(StartTimeUnix) AS start, toFloat64(Count) AS Count, Sum,
             arrayFilter((quantile, value) -> NOT isNaN(value), ValueAtQuantiles.Quantile, ValueAtQuantiles.Value) AS quantiles,
             arrayFilter(value -> NOT isNaN(value), ValueAtQuantiles.Value) AS values
           FROM otel_metrics_summary
           WHERE ${condition.sql}
         )
         WINDOW w AS (PARTITION BY series ORDER BY time, start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
       )
       WHERE time >= {from:Int64}
       GROUP BY group, series, step
     )
     GROUP BY group, step
     ORDER BY group, step`,
    },
    context,
  );
  return toGroups(rows, ({ step, count, sum, least, greatest }) => ({
    time: stepStart(selection, step),
    count,
    sum,
    quantiles: least[0].map((quantile, index) => ({
      quantile,
      min: least[1][index]!,
      max: greatest[1][index]!,
    })),
  }));
}
