import {
  type Archive,
  type ArchiveFolder,
  listArchives,
  recoverArchives,
  releaseArchive,
  restoreArchive,
} from '@ml-otel/telemetry-store/retention';
import { CommandError, type CommandParts } from './command-parts.ts';
import { bytesText, textTable } from './text-table.ts';

export async function archiveCommand(
  { store, print }: CommandParts,
  folder: ArchiveFolder,
  [verb, day, table]: readonly string[],
): Promise<void> {
  if (verb === 'list') {
    print(archiveTable(await listArchives(store, day)));
    return;
  }
  if (day === undefined) throw new CommandError(`archive ${verb} wants a day, such as 2026-01-31`);
  await recoverArchives(store, folder);
  if (verb === 'restore') {
    const restored = await restoreArchive(store, folder, day, table);
    print(restored.length === 0 ? `${day} is restored already` : `restored:\n${archiveTable(restored)}`);
  } else {
    print(`released:\n${archiveTable(await releaseArchive(store, folder, day))}`);
  }
}

function archiveTable(archives: readonly Archive[]): string {
  return textTable(
    ['day', 'table', 'rows', 'size', 'state', 'file'],
    archives.map(({ day, table, rows, bytes, step, file }) => [
      day,
      table,
      String(rows),
      bytesText(bytes),
      step === 'dropped' ? 'archived' : step,
      file,
    ]),
  );
}
