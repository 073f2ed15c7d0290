import { expect, test } from 'bun:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '../testing/temp-folder.ts';
import { parseMigration, readMigrations } from './migration.ts';

test('files are read in order of their numbers', async () => {
  await using folder = await tempFolder();
  for (const name of ['0010_b.sql', '0002-a.sql', 'README.md'])
    await writeFile(join(folder.path, name), `SELECT '${name}'`);
  expect(readMigrations(folder.path).map(({ version, statements }) => [version, ...statements])).toEqual([
    [2, "SELECT '0002-a.sql'"],
    [10, "SELECT '0010_b.sql'"],
  ]);
});

test('two files of one number, and odd names, are errors', async () => {
  await using folder = await tempFolder();
  for (const name of ['0001_a.sql', '0001_b.sql']) await writeFile(join(folder.path, name), 'SELECT 1');
  expect(() => readMigrations(folder.path)).toThrow('0001_a.sql and 0001_b.sql have the same number');
  expect(() => parseMigration('first.sql', '')).toThrow('first.sql is no migration');
});

test('a file that cannot be split, or asks for what there is not, is named', () => {
  expect(() => parseMigration('0001_a.sql', "SELECT 'x")).toThrow('0001_a.sql: what begins at');
  expect(() => parseMigration('0001_a.sql', 'CREATE {{nothing}}')).toThrow('0001_a.sql: {{nothing}}');
});

test('the same file makes tables of one server and of a cluster, with one checksum', () => {
  const text = 'CREATE TABLE t {{on_cluster}} (n UInt8) ENGINE = {{replicated}}MergeTree ORDER BY n';
  const alone = parseMigration('0001_a.sql', text);
  const cluster = parseMigration('0001_a.sql', text, {
    on_cluster: "ON CLUSTER 'main'",
    replicated: 'Replicated',
  });
  expect(alone.statements).toEqual(['CREATE TABLE t  (n UInt8) ENGINE = MergeTree ORDER BY n']);
  expect(cluster.statements).toEqual([
    "CREATE TABLE t ON CLUSTER 'main' (n UInt8) ENGINE = ReplicatedMergeTree ORDER BY n",
  ]);
  expect(cluster.checksum).toBe(alone.checksum);
});
