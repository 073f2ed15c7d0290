import { expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedded } from '../connection/embedded/open-embedded.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { backUp, backupsOf, listBackups, pruneBackups, restore } from './backup.ts';
import { parseMigration } from './migration.ts';
import { openMigratedEmbedded } from './open-migrated.ts';

const FIRST = parseMigration(
  '0001_notes.sql',
  `CREATE FUNCTION IF NOT EXISTS backup_test_shout AS (x) -> concat(upper(x), '!');
   CREATE TABLE IF NOT EXISTS notes (text String) ENGINE = MergeTree ORDER BY text;
   CREATE TABLE IF NOT EXISTS notes_in (text String) ENGINE = Null;
   CREATE MATERIALIZED VIEW IF NOT EXISTS notes_mv TO notes AS SELECT backup_test_shout(text) AS text FROM notes_in;`,
);
const BREAKS = parseMigration('0002_breaks.sql', 'DROP TABLE notes; DROP FUNCTION backup_test_shout; SELEKT');

test('a store is backed up before it is migrated, and comes back from it', async () => {
  await using folder = await tempFolder();
  const first = await openMigratedEmbedded(folder.path, [FIRST]);
  await first.command("INSERT INTO notes_in SELECT 'kept'");
  await first.close();
  expect(await listBackups(folder.path)).toEqual([]);

  await expect(openMigratedEmbedded(folder.path, [FIRST, BREAKS])).rejects.toThrow(
    '0002_breaks.sql, statement 3',
  );
  // Again: the backup must stay the one from before the first try.
  await expect(openMigratedEmbedded(folder.path, [FIRST, BREAKS])).rejects.toThrow(
    '0002_breaks.sql, statement 3',
  );
  expect(await listBackups(folder.path)).toEqual(['before-0002_breaks.sql']);

  const replaced = await restore(folder.path, 'before-0002_breaks.sql');
  expect(await listBackups(folder.path)).toEqual(['before-0002_breaks.sql', replaced]);
  const again = await openMigratedEmbedded(folder.path, [FIRST]);
  await again.command("INSERT INTO notes_in SELECT 'new'");
  expect(await again.query('SELECT text FROM notes ORDER BY text')).toEqual([
    { text: 'KEPT!' },
    { text: 'NEW!' },
  ]);
  await again.close();
});

test('what happens to the store afterwards does not reach the backup', async () => {
  await using folder = await tempFolder();
  const store = await openMigratedEmbedded(folder.path, [FIRST]);
  for (const text of ['a', 'b'])
    await store.command('INSERT INTO notes SELECT {text:String}', { params: { text } });
  await store.close();
  await backUp(folder.path, 'mine');
  const later = await openEmbedded(folder.path);
  await later.command("ALTER TABLE notes DELETE WHERE text = 'a' SETTINGS mutations_sync = 2");
  await later.command('OPTIMIZE TABLE notes FINAL');
  await later.command('TRUNCATE TABLE notes');
  await later.close();
  await restore(folder.path, 'mine');
  const back = await openEmbedded(folder.path);
  expect(await back.query('SELECT text FROM notes ORDER BY text')).toEqual([{ text: 'a' }, { text: 'b' }]);
  await back.close();
});

test('a restore that was cut short is finished at the next start', async () => {
  await using folder = await tempFolder();
  await (await openMigratedEmbedded(folder.path, [FIRST])).close();
  await mkdir(join(folder.path, 'backups'), { recursive: true });
  await rename(join(folder.path, 'engine'), join(folder.path, 'engine.restored'));
  const store = await openEmbedded(folder.path);
  expect(await store.query('SELECT count() AS n FROM notes')).toEqual([{ n: '0' }]);
  await store.close();
  expect(existsSync(join(folder.path, 'engine.restored'))).toBe(false);
});

test('an open store is neither backed up nor restored; a backup that is not there is said to be missing', async () => {
  await using folder = await tempFolder();
  const store = await openMigratedEmbedded(folder.path, [FIRST]);
  await expect(backUp(folder.path, 'mine')).rejects.toThrow('in use');
  await store.close();
  await expect(restore(folder.path, 'other')).rejects.toThrow('there is no backup other; there are: none');
  await expect(restore(folder.path, '../engine')).rejects.toThrow('no backup');
});

test('the last backups from before migrations are kept, those that someone named stay', async () => {
  await using folder = await tempFolder();
  const migrations = [FIRST];
  await (await openMigratedEmbedded(folder.path, migrations)).close();
  await backUp(folder.path, 'mine');
  for (let n = 2; n <= 5; n++) {
    migrations.push(
      parseMigration(`000${n}_more.sql`, `CREATE TABLE IF NOT EXISTS t${n} (n UInt8) ENGINE = Memory`),
    );
    await (await openMigratedEmbedded(folder.path, migrations, { backupsKept: 2 })).close();
  }
  expect(await listBackups(folder.path)).toEqual(['before-0004_more.sql', 'before-0005_more.sql', 'mine']);
  expect((await backupsOf(folder.path)).map(({ name }) => name)).toEqual([
    'before-0005_more.sql',
    'before-0004_more.sql',
    'mine',
  ]);
  expect(await pruneBackups(folder.path, 1)).toEqual(['before-0004_more.sql', 'mine']);
  await restore(folder.path, 'before-0005_more.sql');
  expect(await pruneBackups(folder.path, 5)).toEqual([]);
});
