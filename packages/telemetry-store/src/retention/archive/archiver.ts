import type { Connection } from '../../connection/connection.ts';
import { quoteString, quoteTable } from '../../connection/sql-text.ts';
import { StoreError } from '../../connection/store-error.ts';
import { ANY_SIZE, dropRemover, partitionId, type Remover } from '../drop.ts';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveFolder } from './archive-folder.ts';
import { type Archive, recordArchive } from './archive-record.ts';
import { columnsOf, contentOfFile, contentOfRows, FILE, fileExpressions, fileParameters } from './content.ts';

const NO_SUCH_PART = 232;
/** Merges that come between are not expected more than once or twice. */
const TRIES = 10;

/** As small as Parquet gets without being slow to read; one thread, since what comes in goes first. */
const PARQUET = {
  output_format_parquet_compression_method: 'zstd',
  max_threads: 1,
  max_insert_threads: 1,
} as const;

export interface ArchiverOptions {
  /** Told of each file once its rows are dropped from the table. */
  readonly onArchived?: (archive: Omit<Archive, 'at'>) => void;
}

/**
 * Writes a day to Parquet files before it goes. A file holds one part of the table, and `DROP PART` drops that part and
 * nothing else: ClickHouse writes a part once, so what comes into the day meanwhile is another part, which stays and is
 * archived next. Where a merge has taken the part away, the drop fails and the file is void.
 *
 * Training data is not archived: a run's files are those of others too.
 */
export function archiveRemover(
  connection: Connection,
  folder: ArchiveFolder,
  { onArchived }: ArchiverOptions = {},
): Remover {
  const drop = dropRemover(connection);
  return {
    async remove(pieces, signal) {
      const runs = pieces.filter((piece) => piece.signal === 'training');
      if (runs.length > 0) await drop.remove(runs, signal);
      for (const { signal: of, table, what } of pieces) {
        if (of !== 'training') await archiveDay({ connection, folder, onArchived, signal }, table, what);
      }
    },
  };
}

interface Work {
  readonly connection: Connection;
  readonly folder: ArchiveFolder;
  readonly signal: AbortSignal | undefined;
  readonly onArchived: ArchiverOptions['onArchived'];
}

async function archiveDay(work: Work, table: string, day: string): Promise<void> {
  await mergeParts(work, table, day);
  for (let tries = 0; tries < TRIES; tries++) {
    const parts = await partsOf(work.connection, table, day);
    if (parts.length === 0) return;
    for (const part of parts) await archivePart(work, table, day, part);
  }
  throw new ArchiveError(`${table} of ${day} keeps changing: it is archived at a later pass`);
}

/** One file for a day rather than one for each part. Where there is no room for that, the parts as they are will do. */
async function mergeParts({ connection, signal }: Work, table: string, day: string): Promise<void> {
  if ((await partsOf(connection, table, day)).length < 2) return;
  const sql = `OPTIMIZE TABLE ${quoteTable(table)} PARTITION ID '${partitionId(day)}' FINAL`;
  try {
    await connection.command(sql, { ...(signal && { signal }) });
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'engine') throw error;
  }
}

export async function partsOf(connection: Connection, table: string, day: string): Promise<string[]> {
  const rows = await connection.query<{ name: string }>(
    `SELECT name FROM system.parts
     WHERE database = currentDatabase() AND table = {table:String} AND partition_id = {id:String} AND active AND rows > 0
     ORDER BY min_block_number`,
    { params: { table, id: partitionId(day) } },
  );
  return rows.map(({ name }) => name);
}

async function archivePart(work: Work, table: string, day: string, part: string): Promise<void> {
  const { connection, folder, signal, onArchived } = work;
  const columns = await columnsOf(connection, table);
  const held = await contentOfRows(connection, { table, part }, columns, signal);
  // Merged away since it was listed.
  if (held.rows === 0) return;
  const id = crypto.randomUUID();
  const file = `${table}/${day}-${id}.parquet`;
  const begun = { id, table, day, part, file, columns, ...held, bytes: 0 };
  await recordArchive(connection, { ...begun, step: 'writing' });
  try {
    await writeVerified(work, begun);
  } catch (error) {
    await discard(work, begun);
    throw error;
  }
  const archive = { ...begun, bytes: await folder.keep(file) };
  await recordArchive(connection, { ...archive, step: 'verified' });
  if (await dropPart(connection, table, part)) {
    await recordArchive(connection, { ...archive, step: 'dropped' });
    onArchived?.({ ...archive, step: 'dropped' });
  } else {
    await discard(work, archive);
  }
}

async function writeVerified(
  { connection, folder, signal }: Work,
  { table, part, file, columns, rows, checksum }: Omit<Archive, 'at' | 'step'>,
): Promise<void> {
  const draft = await folder.draftOf(file);
  const parameters = fileParameters(draft, columns);
  await connection.command(
    `INSERT INTO FUNCTION ${FILE} SELECT ${fileExpressions(columns)} FROM ${quoteTable(table)} WHERE _part = {part:String}`,
    { params: { ...parameters, part }, settings: PARQUET, ...(signal && { signal }) },
  );
  // The engine tells of no disk that is full: it leaves half a file.
  const written = await contentOfFile(connection, draft, columns, signal).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return undefined;
  });
  if (written?.rows !== rows || written.checksum !== checksum) {
    throw new ArchiveError(
      `the archive file of ${table} does not hold what the table does: nothing was dropped; ` +
        'look whether the disk of the archive is full or faulty',
    );
  }
}

/** The table keeps the rows; the record is void before the file goes. */
async function discard({ connection, folder }: Work, archive: Omit<Archive, 'at' | 'step'>): Promise<void> {
  await recordArchive(connection, { ...archive, step: 'void' });
  await folder.remove(archive.file);
}

/** @returns false where there is no such part any more: its rows are in another */
export async function dropPart(connection: Connection, table: string, part: string): Promise<boolean> {
  try {
    await connection.command(`ALTER TABLE ${quoteTable(table)} DROP PART ${quoteString(part)}`, {
      settings: ANY_SIZE,
    });
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === NO_SUCH_PART) return false;
    throw error;
  }
}
