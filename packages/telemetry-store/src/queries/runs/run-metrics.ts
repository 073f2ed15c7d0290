import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';

/** One curve of a run. Times are nanoseconds since 1970. */
export interface RunMetric {
  readonly metric: string;
  /** Names the curve within its run. */
  readonly series: string;
  /** Without epoch and batch. */
  readonly attributes: Readonly<Record<string, string>>;
  /** As UCUM writes it; empty where none was given. */
  readonly unit: string;
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  /** May be NaN or infinite. */
  readonly lastValue: number;
  /** Of the finite values of all attempts; undefined where there is none. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly hasNaN: boolean;
  readonly hasInfinity: boolean;
  readonly hasNegativeInfinity: boolean;
}

interface Row extends Omit<RunMetric, 'firstTime' | 'lastTime'> {
  readonly firstTime: string;
  readonly lastTime: string;
  readonly least: number;
  readonly most: number;
  readonly notFinite: number;
}

/** The curves of a run, by metric and then by series. */
export async function runMetrics(
  connection: Connection,
  id: string,
  context: QueryContext = {},
): Promise<RunMetric[]> {
  const rows = await connection.query<Row>(
    `SELECT MetricName AS metric, toString(Series) AS series, anyLast(Attributes) AS attributes, anyLast(Unit) AS unit,
       toUnixTimestamp64Nano(min(FirstTime)) AS firstTime, toUnixTimestamp64Nano(max(LastTime)) AS lastTime,
       argMaxMerge(LastValue) AS lastValue, min(MinValue) AS least, max(MaxValue) AS most, groupBitOr(NotFinite) AS notFinite
     FROM training_series
     WHERE RunId = {run:String}
     GROUP BY MetricName, Series
     ORDER BY MetricName, Series`,
    { ...context, params: { run: id } },
  );
  return rows.map(({ least, most, notFinite, firstTime, lastTime, ...row }) => ({
    ...row,
    firstTime: BigInt(firstTime),
    lastTime: BigInt(lastTime),
    min: least <= most ? least : undefined,
    max: least <= most ? most : undefined,
    hasNaN: (notFinite & 1) !== 0,
    hasInfinity: (notFinite & 2) !== 0,
    hasNegativeInfinity: (notFinite & 4) !== 0,
  }));
}
