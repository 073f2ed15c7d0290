import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { rangeParameters, type TimeRange } from '../time-range.ts';
import { METRIC_TABLES, type MetricType } from './tables.ts';

export interface CatalogueEntry {
  readonly name: string;
  readonly type: MetricType;
  /** As UCUM writes it; empty where none was given. */
  readonly unit: string;
  readonly description: string;
  /** In alphabetical order. */
  readonly services: readonly string[];
  /** What a sum or histogram was sent as; `unset` for the others. */
  readonly temporality: 'unset' | 'delta' | 'cumulative' | 'mixed';
  /** Of a sum; false for the others. */
  readonly monotonic: boolean;
  readonly points: number;
  /** Nanoseconds since 1970. */
  readonly lastTime: bigint;
}

/** As `unionOfTypes` selects it; what was added to that comes along. */
export interface CatalogueRow extends Omit<CatalogueEntry, 'points' | 'lastTime' | 'temporality'> {
  readonly points: string;
  readonly lastTime: string;
  readonly temporalities: readonly number[];
}

const TEMPORALITIES: Readonly<Record<number, CatalogueEntry['temporality']>> = {
  1: 'delta',
  2: 'cumulative',
};

/** The metrics that have points in a range, by name and then by type: one name may have come as several. */
export async function metricCatalogue(
  connection: Connection,
  range: TimeRange,
  context: QueryContext = {},
): Promise<CatalogueEntry[]> {
  const rows = await readRange<CatalogueRow>(
    connection,
    {
      tables: Object.values(METRIC_TABLES),
      range,
      params: rangeParameters(range),
      sql: `SELECT * FROM (${unionOfTypes()}) ORDER BY name, type`,
    },
    context,
  );
  return rows.map(toEntry);
}

export function toEntry<Row extends CatalogueRow>({ temporalities, points, lastTime, ...row }: Row) {
  return {
    ...row,
    temporality: temporalityOf(temporalities),
    points: Number(points),
    lastTime: BigInt(lastTime),
  };
}

/**
 * The catalogue over all tables, in no order, of the range that {@link rangeParameters} bind. What is added is SQL of our own.
 *
 * @param more a further column of each metric, with a comma before it
 * @param where holds for the points that count
 */
export function unionOfTypes(more = '', where = '1'): string {
  const types = Object.keys(METRIC_TABLES) as MetricType[];
  return types.map((type) => ofType(type, more, where)).join('\nUNION ALL\n');
}

function ofType(type: MetricType, more: string, where: string): string {
  const hasTemporality = type === 'sum' || type === 'histogram' || type === 'exponential_histogram';
  return `SELECT MetricName AS name, '${type}' AS type, anyLast(MetricUnit) AS unit,
  anyLast(MetricDescription) AS description, arraySort(groupUniqArray(ServiceName)) AS services,
  ${hasTemporality ? 'groupUniqArray(AggregationTemporality)' : "CAST([], 'Array(Int32)')"} AS temporalities,
  ${type === 'sum' ? 'max(IsMonotonic)' : 'false'} AS monotonic,
  count() AS points, toUnixTimestamp64Nano(max(TimeUnix)) AS lastTime${more}
FROM ${METRIC_TABLES[type]}
WHERE TimeUnix >= fromUnixTimestamp64Nano({from:Int64}) AND TimeUnix < fromUnixTimestamp64Nano({to:Int64}) AND ${where}
GROUP BY MetricName`;
}

function temporalityOf(numbers: readonly number[]): CatalogueEntry['temporality'] {
  return numbers.length > 1 ? 'mixed' : (TEMPORALITIES[numbers[0] ?? 0] ?? 'unset');
}
