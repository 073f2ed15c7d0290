import { type AttributeFilter, attributeConditions } from '../attribute-filter.ts';
import { bucketsOfWidth } from '../buckets.ts';
import { allOf, bound, type Condition } from '../condition.ts';
import { QueryError } from '../query-error.ts';
import { NANOS_PER_SECOND, rangeParameters, type TimeRange } from '../time-range.ts';

/** Which points of one metric, and how they are put together. */
export interface MetricSelection {
  readonly metric: string;
  readonly range: TimeRange;
  /** Nanoseconds. At most 2,000 steps; the first begins with the range, the last may be narrower. */
  readonly step: bigint;
  readonly service?: string;
  /** The run: `job.id` of the point or of its resource. */
  readonly runId?: string;
  readonly attributes?: readonly AttributeFilter[];
  /** Keys of attributes, of the point or else of its resource. Default none: all series are one group. At most 20. */
  readonly groupBy?: readonly string[];
}

/** One group's steps. */
export interface MetricGroup<Point> {
  /** The values of `groupBy`, in its order; empty text where a series has no such attribute. */
  readonly group: readonly string[];
  /** Oldest first. A step in which there is nothing to tell is missing. */
  readonly points: readonly Point[];
}

export const MOST_GROUP_KEYS = 20;

/** Before a range: there the point is looked for from which the first increase is counted. */
export const LOOKBACK = 600n * NANOS_PER_SECOND;

/** Senders and collectors differ in the order of attributes. */
const sorted = (map: string) => `arraySort(CAST(${map}, 'Array(Tuple(String, String))'))`;

export function withLookback({ from, to }: TimeRange): TimeRange {
  return { from: from - LOOKBACK, to };
}

const seriesBy = (attributes: string) =>
  `cityHash64(ServiceName, ScopeName, ${sorted('ResourceAttributes')}, ${attributes})`;

/** One series is what one sender counts apart from all else. */
export const SERIES = seriesBy(sorted('Attributes'));

const CURVE = seriesBy(`arrayFilter(pair -> pair.1 NOT IN ('epoch', 'batch'), ${sorted('Attributes')})`);

/** As {@link SERIES}; but of a training metric epoch and batch say where on its curve a point is, not which curve. */
export function curveOf({ metric }: MetricSelection): string {
  return metric.startsWith('ml.training.') ? CURVE : SERIES;
}

/**
 * The group of a point, as an array. Key by key, not as one lambda over all keys: that would copy both maps for each
 * of them, which took 100 ms for 100,000 points where this takes a few.
 */
export function groupOf({ groupBy = [] }: MetricSelection): string {
  const values = groupBy.map((_, index) => {
    const key = `{groupBy${index}:String}`;
    return `if(mapContains(Attributes, ${key}), Attributes[${key}], ResourceAttributes[${key}])`;
  });
  return `CAST([${values.join(', ')}], 'Array(String)')`;
}

/** The step that `time` (nanoseconds, as SQL) is in, counted from 0. */
export const stepOf = (time: string) => `intDiv(${time} - {from:Int64}, {step:Int64})`;

/**
 * Binds `from`, `to`, `readFrom` (both `Int64`) and `step`, and the keys of {@link groupOf}; holds for points from `readFrom` on.
 *
 * @param lookback nanoseconds to read before the range
 */
export function selectionCondition(selection: MetricSelection, lookback = 0n): Condition {
  const { metric, range, step, groupBy = [] } = selection;
  if (groupBy.length > MOST_GROUP_KEYS)
    throw new QueryError('argument', `groupBy: give at most ${MOST_GROUP_KEYS} keys`);
  bucketsOfWidth(range, step);
  const keys = Object.fromEntries(groupBy.map((key, index) => [`groupBy${index}`, key]));
  const { from: readFrom } = rangeParameters({ from: range.from - lookback, to: range.to });
  return allOf([
    { sql: 'MetricName = {metric:String}', params: { metric, step, readFrom, ...keys } },
    {
      sql: 'TimeUnix >= fromUnixTimestamp64Nano({readFrom:Int64}) AND TimeUnix < fromUnixTimestamp64Nano({to:Int64})',
      params: rangeParameters(range),
    },
    bound(selection.service, 'service', 'ServiceName = {service:String}'),
    bound(selection.runId, 'runId', 'RunId = {runId:String}'),
    ...attributeConditions('Attributes', selection.attributes),
  ]);
}

/** Rows that are ordered by group and step, as groups. */
export function toGroups<Row extends { readonly group: readonly string[] }, Point>(
  rows: readonly Row[],
  toPoint: (row: Row) => Point,
): MetricGroup<Point>[] {
  const groups = new Map<string, { group: readonly string[]; points: Point[] }>();
  for (const row of rows) {
    const key = JSON.stringify(row.group);
    const group = groups.get(key) ?? { group: row.group, points: [] };
    groups.set(key, group);
    group.points.push(toPoint(row));
  }
  return [...groups.values()];
}

/** When a step begins, nanoseconds since 1970. */
export function stepStart({ range, step }: MetricSelection, index: string): bigint {
  return range.from + BigInt(index) * step;
}
