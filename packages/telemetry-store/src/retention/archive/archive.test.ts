import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readdirSync, symlinkSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../connection/connection.ts';
import { openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { type TempFolder, tempFolder } from '../../testing/temp-folder.ts';
import { applyRetention } from '../apply.ts';
import { dropRemover } from '../drop.ts';
import type { Expired } from '../expired.ts';
import { DAILY_TABLES } from '../signal-tables.ts';
import { type ArchiveFolder, archiveFolder } from './archive-folder.ts';
import { readArchives, recordArchive, STEPS } from './archive-record.ts';
import { archiveRemover } from './archiver.ts';
import { columnsOf, contentOfRows } from './content.ts';
import { recoverArchives } from './recover.ts';
import { listArchives, releaseArchive, restoreArchive } from './restore.ts';
import { DAY, fillDay } from './testing/fill-day.ts';

setDefaultTimeout(60_000);

const NOW = new Date('2026-03-10T15:00:00Z');
const RETENTION = { logs: 30, traces: 30, metrics: 30, training: undefined };
const TABLES = Object.values(DAILY_TABLES).flat();

let store: OpenedStore;
let connection: Connection;
let temp: TempFolder;
let folder: ArchiveFolder;
beforeEach(async () => {
  temp = await tempFolder();
  folder = archiveFolder(join(temp.path, 'archive'));
  store = await openMigrated();
  connection = store.connection;
});
afterEach(async () => {
  await store?.[Symbol.asyncDispose]();
  await temp?.[Symbol.asyncDispose]();
});

const pass = () =>
  applyRetention(connection, RETENTION, {
    now: NOW,
    isConfirmed: () => true,
    remover: archiveRemover(connection, folder),
  });
/** Without states, whose bytes may be in another order though they say the same; those of facets are {@link facets}. */
const contents = async () =>
  Promise.all(
    TABLES.map(async (table) => {
      const columns = await columnsOf(connection, table);
      const plain = columns.filter(([, type]) => !type.startsWith('AggregateFunction('));
      return { table, ...(await contentOfRows(connection, { table, day: DAY }, plain)) };
    }),
  );
const facets = () =>
  connection.query(
    `SELECT Key, ServiceName, toString(Quarter) AS quarter, arraySort(finalizeAggregation(Top)) AS top
     FROM otel_logs_facets ORDER BY ALL`,
  );
const rowsIn = async (table: string) => {
  const [row] = await connection.query<{ n: string }>(`SELECT count() AS n FROM ${table}`);
  return Number(row!.n);
};
const piece = (table: string): Expired => ({
  signal: 'logs',
  table,
  what: DAY,
  rows: 1,
  bytes: 1,
  oldest: '',
  newest: '',
});
const filesOf = (table: string) =>
  existsSync(join(folder.root, table)) ? readdirSync(join(folder.root, table)) : [];

test('a day of every table goes into verified files, and comes back exactly', async () => {
  await fillDay(connection);
  // Rows of derived tables become one at a merge.
  for (const table of TABLES) await connection.command(`OPTIMIZE TABLE ${table} FINAL`);
  const facetsBefore = await facets();
  const before = await contents();
  expect(before.every(({ rows }) => rows > 0)).toBe(true);
  const outcomes = await pass();
  expect(outcomes.flatMap(({ failed }) => failed)).toEqual([]);
  for (const table of TABLES) expect([table, await rowsIn(table)]).toEqual([table, 0]);
  const archives = await listArchives(connection);
  expect(archives.map(({ table, day, step }) => [table, day, step]).sort()).toEqual(
    TABLES.map((table) => [table, DAY, 'dropped']).sort(),
  );
  for (const { file, bytes } of archives) expect(Bun.file(folder.pathOf(file)).size).toBe(bytes);

  const training = await rowsIn('training_points');
  expect(training).toBeGreaterThan(0);
  expect(await restoreArchive(connection, folder, DAY)).toHaveLength(TABLES.length);
  expect(await contents()).toEqual(before);
  expect(await facets()).toEqual(facetsBefore);
  expect(await restoreArchive(connection, folder, DAY)).toEqual([]);
  expect(await contents()).toEqual(before);
  expect(await rowsIn('training_points')).toBe(training);
  // On hold.
  expect((await pass()).flatMap(({ removed }) => removed)).toEqual([]);
  expect(await contents()).toEqual(before);

  await releaseArchive(connection, folder, DAY);
  expect(await listArchives(connection)).toEqual([]);
  expect(TABLES.flatMap(filesOf)).toEqual([]);
  expect(await contents()).toEqual(before);
  await pass();
  await restoreArchive(connection, folder, DAY);
  expect(await contents()).toEqual(before);
});

test('types that no signal has yet, at their extremes', async () => {
  await connection.command(`CREATE TABLE odd (
    e Enum8('a' = -128, 'ä''"' = 127), l LowCardinality(Nullable(String)), d Date, f32 Float32, f Float64, i Int128,
    t DateTime64(9, 'UTC'), m Map(LowCardinality(String), Array(Nullable(UInt64))), b Bool, fs FixedString(3),
    n Tuple(At DateTime64(9), Value String), u UUID, s SimpleAggregateFunction(max, Tuple(At DateTime64(9), Value Float64)),
    dt DateTime('UTC')
  ) ENGINE = MergeTree PARTITION BY toDate(dt) ORDER BY tuple()`);
  const nan = "reinterpretAsFloat64(unhex('010000000000F87F'))";
  for (const [e, f, t, l] of [
    ['a', 'inf', '-9223372036854775808', 'NULL'],
    ['a', '-inf', '9223372036854775807', "''"],
    ['a', nan, '0', "'\\0\\xff'"],
    ['a', '-0.', '-1', "'x'"],
    ['a', '5e-324', '1', "'x'"],
    ['ä\\\'"', '0.1', '999999999', 'NULL'],
  ]) {
    await connection.command(`INSERT INTO odd SELECT '${e}', ${l}, toDate('2149-06-06'), toFloat32(${f}), ${f},
      toInt128('-170141183460469231731687303715884105728'), fromUnixTimestamp64Nano(toInt64(${t})),
      map('', [NULL, 18446744073709551615], 'b', []), true, 'a\\0', (fromUnixTimestamp64Nano(toInt64(${t})), 'v'), generateUUIDv4(),
      (fromUnixTimestamp64Nano(toInt64(${t})), ${f}), toDateTime('${DAY} 01:02:03', 'UTC')`);
  }
  const columns = await columnsOf(connection, 'odd');
  const before = await contentOfRows(connection, { table: 'odd', day: DAY }, columns);
  expect(before.rows).toBe(6);
  await archiveRemover(connection, folder).remove([piece('odd')]);
  expect(await rowsIn('odd')).toBe(0);
  await restoreArchive(connection, folder, DAY, 'odd');
  expect(await contentOfRows(connection, { table: 'odd', day: DAY }, columns)).toEqual(before);
});

test('a column that came after a day was archived has its default in it', async () => {
  await fillDay(connection);
  await pass();
  await connection.command("ALTER TABLE otel_logs ADD COLUMN Later String DEFAULT 'later'");
  await restoreArchive(connection, folder, DAY, 'otel_logs');
  expect(await connection.query('SELECT DISTINCT Later FROM otel_logs')).toEqual([{ Later: 'later' }]);
});

/** A connection that does something before, or instead of, a statement that looks like this. */
function at(pattern: RegExp, act: () => Promise<void>): Connection {
  return {
    query: (sql, options) => connection.query(sql, options),
    insertBytes: (options) => connection.insertBytes(options),
    close: () => connection.close(),
    async command(sql, options) {
      if (pattern.test(sql)) await act();
      await connection.command(sql, options);
    },
  };
}

describe('what comes into the day while it is archived', () => {
  const late = () =>
    connection.command(
      `INSERT INTO otel_logs (Timestamp, Body, ReceivedAt) SELECT now64(9), 'late', toDateTime('${DAY} 23:59:59', 'UTC')`,
    );

  test.each([
    ['a part of its own', async () => late()],
    [
      'merged with what the file holds',
      async () => {
        await late();
        await connection.command('OPTIMIZE TABLE otel_logs FINAL');
      },
    ],
  ])('%s: every row is in the archive, once', async (_what, act) => {
    await fillDay(connection);
    const rows = await rowsIn('otel_logs');
    let isFirst = true;
    const disturbed = at(/DROP PART/, async () => {
      if (isFirst) await act();
      isFirst = false;
    });
    await archiveRemover(disturbed, folder).remove([piece('otel_logs')]);
    expect(await rowsIn('otel_logs')).toBe(0);
    const archives = await listArchives(connection);
    expect(archives.reduce((sum, archive) => sum + archive.rows, 0)).toBe(rows + 1);
    expect(filesOf('otel_logs')).toHaveLength(archives.length);
    await restoreArchive(connection, folder, DAY);
    expect(await rowsIn('otel_logs')).toBe(rows + 1);
  });
});

describe('a file that is not right', () => {
  test('when it was written: nothing is dropped, and the next pass does it', async () => {
    await fillDay(connection);
    const before = await contents();
    const broken = at(/INSERT INTO archives/, async () => {});
    const wrong: Connection = {
      ...broken,
      command: (sql, options) =>
        connection.command(sql.startsWith('INSERT INTO FUNCTION') ? `${sql} LIMIT 1` : sql, options),
    };
    const error = await archiveRemover(wrong, folder)
      .remove([piece('otel_logs')])
      .catch(String);
    expect(error).toContain('nothing was dropped');
    expect(await contents()).toEqual(before);
    expect(filesOf('otel_logs')).toEqual([]);
    await pass();
    expect(await rowsIn('otel_logs')).toBe(0);
  });

  test('when its disk is full: nothing is dropped, and the next pass does it', async () => {
    await fillDay(connection);
    const before = await contents();
    const full: Connection = {
      query: (sql, options) => connection.query(sql, options),
      insertBytes: (options) => connection.insertBytes(options),
      close: () => connection.close(),
      async command(sql, options) {
        // A file on which every write ends with ENOSPC.
        if (sql.startsWith('INSERT INTO FUNCTION')) symlinkSync('/dev/full', String(options?.params?.file));
        await connection.command(sql, options);
      },
    };
    const error = await archiveRemover(full, folder)
      .remove([piece('otel_logs')])
      .catch(String);
    expect(error).toContain('whether the disk of the archive is full');
    expect(await contents()).toEqual(before);
    expect(filesOf('otel_logs')).toEqual([]);
    await pass();
    expect(await rowsIn('otel_logs')).toBe(0);
  });

  test.each([
    ['gone', (path: string) => unlinkSync(path), 'is not in the archive'],
    ['cut off', (path: string) => truncateSync(path, 100), 'arquet'],
  ])('when a day is restored, %s: it is said, and no table has half a day', async (_what, damage, said) => {
    await fillDay(connection);
    await pass();
    const [last] = (await listArchives(connection)).slice(-1);
    damage(folder.pathOf(last!.file));
    const error = await restoreArchive(connection, folder, DAY).catch(String);
    expect(error).toContain(said);
    for (const table of TABLES) expect(await rowsIn(table)).toBe(0);
  });

  test('a day that the archive does not have, and what is no day', async () => {
    await expect(restoreArchive(connection, folder, '2020-01-01')).rejects.toThrow(
      'has no table of 2020-01-01',
    );
    await expect(restoreArchive(connection, folder, "x'; DROP TABLE otel_logs")).rejects.toThrow('is no day');
    await expect(releaseArchive(connection, folder, DAY)).rejects.toThrow('nothing of');
  });
});

test('steps are recorded once and go one way', async () => {
  const of = {
    id: 'a',
    table: 'otel_logs',
    day: DAY,
    part: 'p',
    file: 'f',
    columns: [['a', 'String']] as const,
  };
  for (const step of [...STEPS, 'verified'] as const)
    await recordArchive(connection, {
      ...of,
      rows: 2 ** 50,
      bytes: 1,
      checksum: '18446744073709551615',
      step,
    });
  expect(await readArchives(connection, { steps: STEPS })).toMatchObject([
    { ...of, rows: 2 ** 50, checksum: '18446744073709551615', step: 'void' },
  ]);
});

test('recovery of an archive where all is done changes nothing', async () => {
  await fillDay(connection);
  await pass();
  const before = await listArchives(connection);
  await recoverArchives(connection, folder);
  expect(await listArchives(connection)).toEqual(before);
});

test('without an archive the same days are dropped', async () => {
  await fillDay(connection);
  await applyRetention(connection, RETENTION, {
    now: NOW,
    isConfirmed: () => true,
    remover: dropRemover(connection),
  });
  for (const table of TABLES) expect(await rowsIn(table)).toBe(0);
});
