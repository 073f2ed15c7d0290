import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import {
  curveOf,
  groupOf,
  type MetricGroup,
  type MetricSelection,
  SERIES,
  selectionCondition,
  stepOf,
  stepStart,
  toGroups,
} from './selection.ts';
import { METRIC_TABLES } from './tables.ts';

/** One step's value. */
export interface MetricPoint {
  /** When the step begins, nanoseconds since 1970. */
  readonly time: bigint;
  /** May be NaN or infinite, as what was sent. */
  readonly value: number;
}

/** What the values of one series in one step become. */
const OVER_TIME = {
  last: 'argMax(Value, (TimeUnix, ReceivedAt))',
  avg: 'avg(Value)',
  min: 'min(Value)',
  max: 'max(Value)',
  sum: 'sum(Value)',
} as const;

/** What the series of a group become. */
const OVER_SERIES = {
  sum: 'sum(value)',
  avg: 'avg(value)',
  min: 'min(value)',
  max: 'max(value)',
} as const;

export type OverTime = keyof typeof OVER_TIME;
export type OverSeries = keyof typeof OVER_SERIES;

export interface MetricValuesRequest extends MetricSelection {
  readonly type: 'gauge' | 'sum';
  /** First within each series and step … */
  readonly overTime: OverTime;
  /** … then over the series of a group. */
  readonly overSeries: OverSeries;
}

/**
 * The values of a gauge as they were sent, or of a sum (there without regard to what it counts from: see
 * {@link metricIncrease}). A point that was sent twice counts once. Groups are in the order of their values.
 */
export async function metricValues(
  connection: Connection,
  request: MetricValuesRequest,
  context: QueryContext = {},
): Promise<MetricGroup<MetricPoint>[]> {
  const condition = selectionCondition(request);
  const rows = await readRange<{ group: string[]; step: string; value: number }>(
    connection,
    {
      tables: [METRIC_TABLES[request.type]],
      range: request.range,
      params: condition.params,
      sql: `SELECT group, step, ${OVER_SERIES[request.overSeries]} AS value
     FROM (
       SELECT group, series, step, ${OVER_TIME[request.overTime]} AS value
       FROM (
         SELECT ${groupOf(request)} AS group, ${SERIES} AS point, ${curveOf(request)} AS series, ${stepOf('toUnixTimestamp64Nano(TimeUnix)')} AS step,
           TimeUnix, ReceivedAt, Value
         FROM ${METRIC_TABLES[request.type]}
         WHERE ${condition.sql}
         ORDER BY ReceivedAt DESC
         LIMIT 1 BY point, TimeUnix
       )
       GROUP BY group, series, step
     )
     GROUP BY group, step
     ORDER BY group, step`,
    },
    context,
  );
  return toGroups(rows, ({ step, value }) => ({ time: stepStart(request, step), value }));
}
