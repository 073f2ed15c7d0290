/**
 * A process that archives or restores and is killed on the way: `bun archive-until-killed.ts <data> <archive>
 * <archive|restore> <nth> <before|after>` ends itself with SIGKILL before or after its nth statement that changes something,
 * and prints `done` when there were not so many.
 */
import { join } from 'node:path';
import type { Connection } from '../../../connection/connection.ts';
import { readMigrations } from '../../../migrate/migration.ts';
import { openMigratedEmbedded } from '../../../migrate/open-migrated.ts';
import { archiveFolder } from '../archive-folder.ts';
import { archiveRemover } from '../archiver.ts';
import { recoverArchives } from '../recover.ts';
import { restoreArchive } from '../restore.ts';
import { DAY } from './fill-day.ts';

const [data, archive, work, nth, when] = process.argv.slice(2);
const folder = archiveFolder(archive!);
const store = await openMigratedEmbedded(
  data!,
  readMigrations(join(import.meta.dir, '../../../../migrations')),
);

let seen = 0;
const die = () => process.kill(process.pid, 'SIGKILL');
const mortal: Connection = {
  query: (sql, options) => store.query(sql, options),
  insertBytes: (options) => store.insertBytes(options),
  close: () => store.close(),
  async command(sql, options) {
    const isLast = ++seen === Number(nth);
    if (isLast && when === 'before') die();
    await store.command(sql, options);
    if (isLast) die();
  },
};

if (work === 'archive') {
  await recoverArchives(store, folder);
  const piece = {
    signal: 'traces',
    table: 'otel_traces',
    what: DAY,
    rows: 0,
    bytes: 0,
    oldest: '',
    newest: '',
  } as const;
  await archiveRemover(mortal, folder).remove([piece]);
} else {
  await restoreArchive(mortal, folder, DAY, 'otel_traces');
}
await store.close();
console.log('done');
