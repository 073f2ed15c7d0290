import { archiveFolder } from '@ml-otel/telemetry-store/retention';
import type { Settings } from '../settings.ts';
import { openStore } from '../store/open-store.ts';
import { archiveCommand } from './archive-command.ts';
import { backupCommand } from './backup-command.ts';
import { CommandError, type CommandParts } from './command-parts.ts';
import { applyCommand, previewCommand } from './retention-command.ts';
import { COMMANDS } from './usage.ts';

/**
 * Runs one command of {@link COMMANDS}.
 *
 * @returns whether all of it was done
 * @throws CommandError where it is none; StoreError, ArchiveError
 */
export async function runCommand(
  words: readonly string[],
  config: Settings,
  print: CommandParts['print'],
): Promise<boolean> {
  checkWords(words);
  const [what, ...rest] = words;
  if (what === 'backup') {
    if (config.clickhouseUrl !== undefined)
      throw new CommandError('backups are of the embedded store: a server has its own (BACKUP, RESTORE)');
    await backupCommand(config, print, rest);
    return true;
  }
  const archive = config.archiveFolder === undefined ? undefined : archiveFolder(config.archiveFolder);
  if (what === 'archive' && archive === undefined)
    throw new CommandError('ARCHIVE_DIR is not set: set it as the explorer has it');
  const store = await openStore(config);
  try {
    const parts = { store, config, print, now: new Date() };
    if (what === 'archive') await archiveCommand(parts, archive!, rest);
    else if (rest[0] === 'preview') await previewCommand(parts);
    else return await applyCommand(parts, archive);
    return true;
  } finally {
    await store.close();
  }
}

/** Neither too few words nor too many: a command that deletes must not overlook half of what was meant. */
function checkWords(words: readonly string[]): void {
  const known = COMMANDS.find(
    (command) => words.slice(0, 2).join(' ') === command.words.split(' ', 2).join(' '),
  );
  if (known === undefined) throw new CommandError(`${JSON.stringify(words.join(' '))} is no command`);
  if (words.length > known.words.split(' ').length) throw new CommandError(`expected: ${known.words}`);
}
