import { existsSync } from 'node:fs';
import type { Connection } from '../../connection/connection.ts';
import { quoteTable } from '../../connection/sql-text.ts';
import { DAILY_TABLES } from '../signal-tables.ts';
import type { ArchiveFolder } from './archive-folder.ts';
import { type Archive, readArchives, recordArchive } from './archive-record.ts';
import { dropPart, partsOf } from './archiver.ts';
import { contentOfRows, isAmong } from './content.ts';

/** Where a day is put together on its way back into its table. */
export function stagingOf(table: string): string {
  return `restoring_${table}`;
}

/**
 * Finishes what a process that was killed while it archived had begun. To be called before any pass, by the only
 * process that archives. Restores that were cut short stay on hold until they are asked for again.
 */
export async function recoverArchives(connection: Connection, folder: ArchiveFolder): Promise<void> {
  for (const table of Object.values(DAILY_TABLES).flat()) {
    await connection.command(`DROP TABLE IF EXISTS ${quoteTable(stagingOf(table))} SYNC`);
  }
  for (const archive of await readArchives(connection, { steps: ['writing', 'verified', 'void'] })) {
    if (archive.step === 'verified') await finishDrop(connection, folder, archive);
    else await finishDiscard(connection, folder, archive);
  }
}

async function finishDiscard(connection: Connection, folder: ArchiveFolder, archive: Archive): Promise<void> {
  if (archive.step !== 'void') await recordArchive(connection, { ...archive, step: 'void' });
  await folder.remove(archive.file);
}

/**
 * The file is whole; whether its rows were dropped is not known. If the part is still there it is dropped now. If it was merged
 * with what came late, its rows are in another part, and the day is archived anew.
 */
async function finishDrop(connection: Connection, folder: ArchiveFolder, archive: Archive): Promise<void> {
  const { table, day, part, columns } = archive;
  const path = folder.pathOf(archive.file);
  // Of another folder, or taken away: the rows that are in the table are all there is.
  if (!existsSync(path)) return;
  const isThere = (await partsOf(connection, table, day)).includes(part);
  // Numbers of parts begin anew in a day that was empty at a start: the name alone says little.
  const held = isThere ? await contentOfRows(connection, { table, part }, columns) : undefined;
  const isSame = held?.rows === archive.rows && held.checksum === archive.checksum;
  if (isSame && !(await dropPart(connection, table, part))) return finishDrop(connection, folder, archive);
  if (isSame || !(await isAmong(connection, path, columns, { table, day }))) {
    await recordArchive(connection, { ...archive, step: 'dropped' });
  } else {
    await finishDiscard(connection, folder, archive);
  }
}
