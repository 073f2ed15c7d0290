import { existsSync } from 'node:fs';
import type { Connection } from '../../connection/connection.ts';
import { quoteTable } from '../../connection/sql-text.ts';
import { partitionId } from '../drop.ts';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveFolder } from './archive-folder.ts';
import { type Archive, type ArchiveStep, readArchives, recordArchive } from './archive-record.ts';
import { columnList, contentOfFile, FILE, fileParameters, isAmong } from './content.ts';
import { stagingOf } from './recover.ts';

/** In the archive: their rows are in a file, and not, or not only, in the table. */
const ARCHIVED: readonly ArchiveStep[] = ['verified', 'dropped', 'restoring', 'restored'];

/** What is in the archive, by day and table; `restored` ones are in the tables as well. */
export function listArchives(connection: Connection, day?: string): Promise<Archive[]> {
  return readArchives(connection, { steps: ARCHIVED, day });
}

/**
 * Brings a day back from the archive into its tables, beside what they hold. No view sees the rows, so nothing that is
 * made from them is made twice; the tables that are made from others were archived too. The day is on hold until
 * {@link releaseArchive}; the files stay. Calling it again changes nothing, after a crash it finishes.
 *
 * @param table only this one of the day's
 * @returns what was restored now
 * @throws ArchiveError where the archive has no such day, or a file is not what was written
 */
export async function restoreArchive(
  connection: Connection,
  folder: ArchiveFolder,
  day: string,
  table?: string,
): Promise<Archive[]> {
  partitionId(day);
  const archives = await readArchives(connection, { steps: ARCHIVED, day, table });
  if (archives.length === 0) throw new ArchiveError(`the archive has no ${table ?? 'table'} of ${day}`);
  const wanted = archives.filter(({ step }) => step !== 'restored');
  // All files before any row: a day comes back whole or not at all.
  for (const archive of wanted) await checkFile(connection, folder, archive);
  for (const each of new Set(wanted.map((archive) => archive.table))) {
    const ofTable = wanted.filter((archive) => archive.table === each);
    await restoreTable(connection, folder, each, day, ofTable);
  }
  return wanted;
}

/**
 * Ends the hold of a restored day: the tables' rows are the only ones again and the files go. The next pass of the
 * retention archives the day anew.
 *
 * @returns what was released
 */
export async function releaseArchive(
  connection: Connection,
  folder: ArchiveFolder,
  day: string,
): Promise<Archive[]> {
  const archives = await readArchives(connection, { steps: ['restored'], day });
  if (archives.length === 0) throw new ArchiveError(`nothing of ${day} is restored`);
  for (const archive of archives) {
    await recordArchive(connection, { ...archive, step: 'void' });
    await folder.remove(archive.file);
  }
  return archives;
}

async function checkFile(connection: Connection, folder: ArchiveFolder, archive: Archive): Promise<void> {
  const path = folder.pathOf(archive.file);
  if (!existsSync(path)) {
    throw new ArchiveError(
      `${archive.file} is not in the archive's folder: put it back, or set ARCHIVE_DIR to its folder`,
    );
  }
  const { rows, checksum } = await contentOfFile(connection, path, archive.columns);
  if (rows !== archive.rows || checksum !== archive.checksum) {
    throw new ArchiveError(`${archive.file} is not what was written: take it from a copy`);
  }
}

/** By way of a table of its own, from which ClickHouse takes over whole parts. */
async function restoreTable(
  connection: Connection,
  folder: ArchiveFolder,
  table: string,
  day: string,
  archives: readonly Archive[],
): Promise<void> {
  const staging = stagingOf(table);
  for (const archive of archives) await recordArchive(connection, { ...archive, step: 'restoring' });
  await connection.command(`DROP TABLE IF EXISTS ${quoteTable(staging)} SYNC`);
  await connection.command(`CREATE TABLE ${quoteTable(staging)} AS ${quoteTable(table)}`);
  let count = 0;
  for (const { file, columns } of archives) {
    const path = folder.pathOf(file);
    // Taken over before a crash.
    if (await isAmong(connection, path, columns, { table, day })) continue;
    const list = columnList(columns);
    await connection.command(`INSERT INTO ${quoteTable(staging)} (${list}) SELECT ${list} FROM ${FILE}`, {
      params: fileParameters(path, columns),
      settings: { max_threads: 1 },
    });
    count++;
  }
  if (count > 0) {
    const partition = `PARTITION ID '${partitionId(day)}'`;
    // One part, which is taken over at one stroke.
    await connection.command(`OPTIMIZE TABLE ${quoteTable(staging)} ${partition} FINAL`);
    await connection.command(
      `ALTER TABLE ${quoteTable(table)} ATTACH ${partition} FROM ${quoteTable(staging)}`,
    );
  }
  await connection.command(`DROP TABLE ${quoteTable(staging)} SYNC`);
  for (const archive of archives) await recordArchive(connection, { ...archive, step: 'restored' });
}
