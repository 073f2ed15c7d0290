import { backupsOf, pruneBackups, restore } from '@ml-otel/telemetry-store';
import type { Settings } from '../settings.ts';
import { CommandError, type CommandParts } from './command-parts.ts';
import { textTable } from './text-table.ts';

/** Without a store: it must not be open. */
export async function backupCommand(
  { dataFolder, backupsKept }: Settings,
  print: CommandParts['print'],
  [verb, argument]: readonly string[],
): Promise<void> {
  if (verb === 'list') {
    const backups = await backupsOf(dataFolder);
    print(
      textTable(
        ['name', 'made'],
        backups.map(({ name, at }) => [name, at.toISOString()]),
      ),
    );
  } else if (verb === 'prune') {
    const count = argument === undefined ? backupsKept : Number(argument);
    if (!/^\d+$/.test(argument ?? '1')) throw new CommandError(`${argument} is no number of backups to keep`);
    const gone = await pruneBackups(dataFolder, count);
    print(gone.length === 0 ? 'nothing to remove' : `removed: ${gone.join(', ')}`);
  } else {
    if (argument === undefined) throw new CommandError('backup restore wants the name of a backup');
    const replaced = await restore(dataFolder, argument);
    print(`${argument} is the store now; what was there is the backup ${replaced}`);
  }
}
