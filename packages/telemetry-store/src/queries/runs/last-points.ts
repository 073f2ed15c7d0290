import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { OFFSETS } from '../training/step-axis.ts';
import type { LastPoint } from './run-rows.ts';

interface Row {
  readonly id: string;
  readonly step: string | null;
  readonly epoch: number | null;
  readonly loss: number | null;
}

/** Axes, as `training_series` has them. */
const WITH_BATCH = 2 | 8;
const WITH_EPOCH = 4 | 8;

const SQL = `
  WITH
    ${OFFSETS},
    series AS (
      SELECT RunId AS id, MetricName AS metric, max(LastTime) AS at, groupBitOr(Axes) AS axes, argMaxMerge(LastValue) AS value,
        argMaxMerge(LastEpochWhole) AS epochWhole, argMaxMerge(LastEpoch) AS epoch, argMaxMerge(LastBatch) AS batch
      FROM training_series
      WHERE RunId IN {runs:Array(String)}
      GROUP BY RunId, MetricName, Series
    ),
    last AS (
      SELECT id,
        argMaxOrNullIf(batch, at, bitAnd(axes, ${WITH_BATCH})) AS lastBatch,
        argMaxIf(epochWhole, at, bitAnd(axes, ${WITH_BATCH})) AS lastEpochWhole,
        argMaxOrNullIf(epoch, at, bitAnd(axes, ${WITH_EPOCH})) AS epoch,
        argMaxOrNullIf(value, at, metric = 'ml.training.loss') AS loss
      FROM series
      GROUP BY id
    )
  SELECT id, lastBatch + offset AS step, epoch, loss
  FROM last LEFT JOIN offsets ON offsets.run = last.id AND offsets.epoch = last.lastEpochWhole`;

/** Where each of these runs is. */
export async function readLastPoints(
  connection: Connection,
  runs: readonly string[],
  context: QueryContext,
): Promise<Map<string, LastPoint>> {
  if (runs.length === 0) return new Map();
  const rows = await connection.query<Row>(SQL, { ...context, params: { runs } });
  return new Map(
    rows.map(({ id, step, epoch, loss }) => [
      id,
      {
        lastStep: step === null ? undefined : Number(step),
        lastEpoch: epoch ?? undefined,
        lastLoss: loss ?? undefined,
      },
    ]),
  );
}
