import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { byRun } from './by-run.ts';

/** Where the batches of one epoch lie on the step axis of their run: `step = batch + offset`. */
export interface EpochSteps {
  /** The whole part of the epoch; 0 for points that have none. */
  readonly epoch: string;
  readonly minBatch: string;
  readonly maxBatch: string;
  readonly offset: string;
}

export interface StepAxis {
  /**
   * Changes when the offset of any epoch does: a late point of an earlier epoch may shift all later ones, and what was
   * read with another version must be read again.
   */
  readonly version: string;
  /** In order. Empty for a run whose points have no batch. */
  readonly epochs: readonly EpochSteps[];
}

/** `offsets`, for a WITH: a row for each epoch of `{runs:Array(String)}`. */
export const OFFSETS = `
    epochs AS (
      SELECT RunId AS run, EpochWhole AS epoch, min(MinBatch) AS minBatch, max(MaxBatch) AS maxBatch
      FROM training_epochs
      WHERE RunId IN {runs:Array(String)}
      GROUP BY run, epoch
    ),
    restarts AS (
      SELECT
        run,
        epoch,
        minBatch,
        maxBatch,
        lagInFrame(maxBatch, 1, minBatch - 1) OVER before AS lastBatch,
        -- An epoch that does not begin past the last batch of the one before counts anew, from where the run counts.
        if(minBatch > lastBatch, 0, lastBatch + 1 - min(minBatch) OVER (PARTITION BY run)) AS shift
      FROM epochs
      WINDOW before AS (PARTITION BY run ORDER BY epoch ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ),
    offsets AS (
      SELECT run, epoch, minBatch, maxBatch, sum(shift) OVER (PARTITION BY run ORDER BY epoch) AS offset FROM restarts
    )`;

const SQL = `WITH ${OFFSETS} SELECT run, epoch, minBatch, maxBatch, offset FROM offsets ORDER BY run, epoch`;

/** The step axes of runs, derived from the range of batches of each epoch; reads a row or two for each epoch. */
export async function readStepAxes(
  connection: Pick<Connection, 'query'>,
  runs: readonly string[],
  context: QueryContext = {},
): Promise<ReadonlyMap<string, StepAxis>> {
  const rows = await connection.query<EpochSteps & { run: string }>(SQL, { ...context, params: { runs } });
  const found = byRun(rows);
  return new Map(
    runs.map((run) => [run, axisOf((found.get(run) ?? []).map(({ run: _, ...steps }) => steps))]),
  );
}

/** That of one run. */
export async function readStepAxis(
  connection: Pick<Connection, 'query'>,
  run: string,
  context: QueryContext = {},
): Promise<StepAxis> {
  return (await readStepAxes(connection, [run], context)).get(run)!;
}

function axisOf(epochs: readonly EpochSteps[]): StepAxis {
  const offsets = epochs.map(({ epoch, offset }) => [epoch, offset]);
  return { version: Bun.hash(JSON.stringify(offsets)).toString(36), epochs };
}
