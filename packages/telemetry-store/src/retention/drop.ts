import type { Connection } from '../connection/connection.ts';
import { quoteTable } from '../connection/sql-text.ts';
import { StoreError } from '../connection/store-error.ts';
import type { Expired } from './expired.ts';
import { TRAINING_TABLES } from './signal-tables.ts';

/** How what is past its retention goes. */
export interface Remover {
  /** Pieces of one table: a day, or any number of runs. Resolves when they have gone. */
  remove(pieces: readonly Expired[], signal?: AbortSignal): Promise<void>;
}

/** Else a server refuses to drop more than 50 GB at once. */
export const ANY_SIZE = { max_partition_size_to_drop: 0, max_table_size_to_drop: 0 } as const;

/** Deletes: a day by dropping its partition, which takes no time, runs by rewriting the files that hold them. */
export function dropRemover(connection: Connection): Remover {
  return {
    async remove(pieces, signal) {
      const runs = pieces.filter((piece) => piece.signal === 'training');
      if (runs.length > 0) await deleteRuns(connection, runs, signal);
      for (const { signal: of, table, what } of pieces) {
        if (of !== 'training') await dropDay(connection, table, what, signal);
      }
    },
  };
}

/** As ClickHouse names the partition of a day. */
export function partitionId(day: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(day)) return day.replaceAll('-', '');
  throw new StoreError(`${JSON.stringify(day)} is no day: write 2026-01-31`, { reason: 'usage' });
}

async function dropDay(
  connection: Connection,
  table: string,
  day: string,
  signal?: AbortSignal,
): Promise<void> {
  const sql = `ALTER TABLE ${quoteTable(table)} DROP PARTITION ID '${partitionId(day)}'`;
  await connection.command(sql, { settings: ANY_SIZE, ...(signal && { signal }) });
}

/** What came since they were found to be expired stays. */
async function deleteRuns(
  connection: Connection,
  pieces: readonly Expired[],
  signal?: AbortSignal,
): Promise<void> {
  const { table, receivedAt } = TRAINING_TABLES.find((candidate) => candidate.table === pieces[0]!.table)!;
  const newest = pieces
    .map((piece) => piece.newest)
    .sort()
    .at(-1);
  await connection.command(
    `ALTER TABLE ${quoteTable(table)} DELETE
     WHERE RunId IN {runs:Array(String)} AND ${receivedAt} <= toDateTime({newest:String}, 'UTC')`,
    {
      params: { runs: pieces.map(({ what }) => what), newest },
      settings: { mutations_sync: 2 },
      ...(signal && { signal }),
    },
  );
}
