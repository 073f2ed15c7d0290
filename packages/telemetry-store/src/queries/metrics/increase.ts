import type { Connection } from '../../connection/connection.ts';
import type { Condition } from '../condition.ts';
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
import { METRIC_TABLES } from './tables.ts';
import type { MetricPoint } from './values.ts';

/** Whether it counts from another start than the point before. */
const RESTARTED = 'start != lagInFrame(start) OVER w AND start != 0 AND lagInFrame(start) OVER w != 0';

/** A delta that was sent before. */
const AGAIN = 'nth > 1 AND time = lagInFrame(time) OVER w AND start = lagInFrame(start) OVER w';

/**
 * What a point adds. Delta: its value, once. Cumulative: what it has more than the point before; all of it where it
 * counts anew (another start time, or of a counter a fall). A first point says what it adds only if the counter began
 * within what was read: else nobody knows what was there before.
 */
const ADDED = `multiIf(
  temporality = 1, if(${AGAIN}, 0, value),
  nth = 1, if(start != 0 AND start >= {readFrom:Int64}, value, 0),
  ${RESTARTED}, value,
  monotonic AND value < lagInFrame(value) OVER w, value,
  value - lagInFrame(value) OVER w)`;

/** From when on a point's addition came; its own time where nobody knows. */
const SINCE = `multiIf(
  temporality = 1, multiIf(${AGAIN}, time, start != 0, start, nth = 1, time, lagInFrame(time) OVER w),
  nth = 1, if(start != 0 AND start >= {readFrom:Int64}, start, time),
  ${RESTARTED}, greatest(start, lagInFrame(time) OVER w),
  lagInFrame(time) OVER w)`;

const COUNT = { value: 'toFloat64(Count)', temporality: 'AggregationTemporality', monotonic: 'true' };

/** SQL of what points count: a sum its value, the others how many values came into them. A summary counts from its start on. */
const COUNTED = {
  sum: { value: 'Value', temporality: 'AggregationTemporality', monotonic: 'IsMonotonic' },
  histogram: COUNT,
  exponential_histogram: COUNT,
  summary: { ...COUNT, temporality: '2' },
} as const;

export type CountedType = keyof typeof COUNTED;

export interface CountedSelection extends MetricSelection {
  /** Default `sum`. */
  readonly type?: CountedType;
}

/** The table of what counts. */
function tableOf({ type = 'sum' }: CountedSelection) {
  return METRIC_TABLES[type];
}

/** SQL of what each point added since when: `group`, `series`, `time` and `since` (nanoseconds), `added`. */
function addedPoints(selection: CountedSelection, condition: Condition): string {
  const { value, temporality, monotonic } = COUNTED[selection.type ?? 'sum'];
  return `SELECT group, series, time, row_number() OVER w AS nth, ${ADDED} AS added, ${SINCE} AS since
     FROM (
       SELECT ${groupOf(selection)} AS group, ${SERIES} AS series, toUnixTimestamp64Nano(TimeUnix) AS time,
         toUnixTimestamp64Nano(StartTimeUnix) AS start, ${temporality} AS temporality, ${monotonic} AS monotonic, ${value} AS value
       FROM ${tableOf(selection)}
       WHERE ${condition.sql} AND isFinite(${value})
     )
     WINDOW w AS (PARTITION BY series ORDER BY time, start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
}

/**
 * By how much the series of a sum grew in each step, added up over the series of a group; of a histogram or a summary how
 * many values came into it. What lies between two points is of the later one's step; nothing is extrapolated, so steps
 * add up to the whole. Points that are not finite are passed over.
 */
export function metricIncrease(
  connection: Connection,
  selection: CountedSelection,
  context: QueryContext = {},
): Promise<MetricGroup<MetricPoint>[]> {
  return readAdded(connection, selection, context, {
    columns: `group, ${stepOf('time')} AS step, sum(added) AS value`,
    from: (added) => `${added} WHERE time >= {from:Int64}`,
  });
}

/**
 * A value a group and step, of what points added.
 *
 * @param select SQL: `columns` are `group`, `step` and `value`; `from` is given what points added in brackets (`group`, `series`,
 * `time` and `since` in nanoseconds, `added`)
 */
export async function readAdded(
  connection: Connection,
  selection: CountedSelection,
  context: QueryContext,
  { columns, from }: { readonly columns: string; readonly from: (added: string) => string },
): Promise<MetricGroup<MetricPoint>[]> {
  const condition = selectionCondition(selection, LOOKBACK);
  const rows = await readRange<{ group: string[]; step: string; value: number }>(
    connection,
    {
      tables: [tableOf(selection)],
      range: withLookback(selection.range),
      params: condition.params,
      sql: `SELECT ${columns}
     FROM ${from(`(${addedPoints(selection, condition)})`)}
     GROUP BY group, step
     ORDER BY group, step`,
    },
    context,
  );
  return toGroups(rows, ({ step, value }) => ({ time: stepStart(selection, step), value }));
}
