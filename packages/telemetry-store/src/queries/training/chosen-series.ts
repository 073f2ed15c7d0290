import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';

/** How the points of a curve are placed in their run: by epoch and batch, by epoch alone, or by nothing but their time. */
export type Placing = 'step' | 'epoch' | 'time';

export interface ChosenSeries {
  readonly run: string;
  readonly metric: string;
  readonly series: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly placings: readonly Placing[];
  /** Nanoseconds since 1970. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly lastEpoch: number;
  /** Seconds since 1970. */
  readonly receivedAt: number;
}

interface Row extends Omit<ChosenSeries, 'placings' | 'firstTime' | 'lastTime'> {
  readonly axes: number;
  readonly firstTime: string;
  readonly lastTime: string;
}

/** The series of some metrics of some runs, by metric and series. */
export async function chosenSeries(
  connection: Connection,
  {
    runs,
    metrics,
    ranks,
  }: { runs: readonly string[]; metrics: readonly string[]; ranks?: readonly string[] },
  context: QueryContext,
): Promise<ChosenSeries[]> {
  const rows = await connection.query<Row>(
    `SELECT RunId AS run, MetricName AS metric, toString(Series) AS series, anyLast(Attributes) AS attributes,
       anyLast(Unit) AS unit, groupBitOr(Axes) AS axes, argMaxMerge(LastEpoch) AS lastEpoch,
       toUnixTimestamp64Nano(min(FirstTime)) AS firstTime, toUnixTimestamp64Nano(max(LastTime)) AS lastTime,
       toUnixTimestamp(max(LastReceivedAt)) AS receivedAt
     FROM training_series
     WHERE RunId IN {runs:Array(String)} AND MetricName IN {metrics:Array(String)}
     GROUP BY RunId, MetricName, Series
     ${ranks === undefined ? '' : "HAVING attributes['rank'] IN {ranks:Array(String)}"}
     ORDER BY MetricName, Series`,
    { ...context, params: { runs, metrics, ...(ranks !== undefined && { ranks }) } },
  );
  return rows.map(({ axes, firstTime, lastTime, ...row }) => ({
    ...row,
    placings: placingsOf(axes),
    firstTime: BigInt(firstTime),
    lastTime: BigInt(lastTime),
  }));
}

/** `Axes` of `training_series`. */
function placingsOf(axes: number): Placing[] {
  const placings: Placing[] = [];
  if ((axes & (2 | 8)) !== 0) placings.push('step');
  if ((axes & 4) !== 0) placings.push('epoch');
  if ((axes & 1) !== 0) placings.push('time');
  return placings;
}
