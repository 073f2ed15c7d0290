/** A command's words, those it takes besides, and what it does. */
export interface CommandHelp {
  readonly words: string;
  readonly does: string;
}

export const COMMANDS: readonly CommandHelp[] = [
  {
    words: 'retention preview',
    does: 'what the RETENTION_* settings delete now, and what waits to be confirmed',
  },
  { words: 'retention apply', does: 'deletes it, or archives it where ARCHIVE_DIR is set; also what waits' },
  { words: 'archive list [DAY]', does: 'the days that are in ARCHIVE_DIR' },
  {
    words: 'archive restore DAY [TABLE]',
    does: 'brings a day back into the store, where it stays until released',
  },
  {
    words: 'archive release DAY',
    does: 'gives a restored day back to the retention, which archives it anew',
  },
  { words: 'backup list', does: 'backups of an embedded store, the latest first' },
  { words: 'backup prune [COUNT]', does: 'removes all but the latest; without COUNT those of BACKUPS_KEPT' },
  {
    words: 'backup restore NAME',
    does: 'puts a backup in the place of the store, which becomes a backup itself',
  },
];

/** The text of `--help`. */
export function adminUsage(): string {
  return [
    'Looks after the explorer’s store: what is kept, archived and backed up.',
    '',
    'Usage: bun services/explorer/src/admin/main.ts COMMAND',
    '',
    ...COMMANDS.map(({ words, does }) => `  ${words.padEnd(28)} ${does}`),
    '',
    'A DAY is one of arrival, in UTC, such as 2026-01-31. Settings are the environment variables of the explorer (its',
    '--help shows them). A store in a folder has one process at a time: stop the explorer first. On a server the',
    'commands of retention work while explorers run.',
  ].join('\n');
}
