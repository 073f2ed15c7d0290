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

interface CatalogueRow extends Omit<CatalogueEntry, 'points' | 'lastTime' | 'temporality'> {
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
  const all = (Object.keys(METRIC_TABLES) as MetricType[]).map(ofType).join('\nUNION ALL\n');
  const rows = await readRange<CatalogueRow>(
    connection,
    {
      tables: Object.values(METRIC_TABLES),
      range,
      params: rangeParameters(range),
      sql: `SELECT * FROM (${all}) ORDER BY name, type`,
    },
    context,
  );
  return rows.map(({ temporalities, ...row }) => ({
    ...row,
    temporality: temporalityOf(temporalities),
    points: Number(row.points),
    lastTime: BigInt(row.lastTime),
  }));
}

function ofType(type: MetricType): string {
  const hasTemporality = type === 'sum' || type === 'histogram' || type === 'exponential_histogram';
  return `SELECT MetricName AS name, '${type}' AS type, anyLast(MetricUnit) AS unit,
  anyLast(MetricDescription) AS description, arraySort(groupUniqArray(ServiceName)) AS services,
  ${hasTemporality ? 'groupUniqArray(AggregationTemporality)' : "CAST([], 'Array(Int32)')"} AS temporalities,
  ${type === 'sum' ? 'max(IsMonotonic)' : 'false'} AS monotonic,
  count() AS points, toUnixTimestamp64Nano(max(TimeUnix)) AS lastTime
FROM ${METRIC_TABLES[type]}
WHERE TimeUnix >= fromUnixTimestamp64Nano({from:Int64}) AND TimeUnix < fromUnixTimestamp64Nano({to:Int64})
GROUP BY MetricName`;
}

function temporalityOf(numbers: readonly number[]): CatalogueEntry['temporality'] {
  return numbers.length > 1 ? 'mixed' : (TEMPORALITIES[numbers[0] ?? 0] ?? 'unset');
}
