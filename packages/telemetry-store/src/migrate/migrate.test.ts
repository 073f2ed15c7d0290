import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { Connection } from '../connection/connection.ts';
import { StoreError } from '../connection/store-error.ts';
import { CONNECTIONS, type OpenedStore } from '../testing/connections.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { migrate } from './migrate.ts';
import { parseMigration } from './migration.ts';
import { tableMutex } from './table-mutex.ts';

const FIRST = parseMigration(
  '0001_notes.sql',
  `-- Notes; the first table.
  CREATE TABLE IF NOT EXISTS notes (text String DEFAULT ';') ENGINE = {{replicated}}MergeTree ORDER BY text;
  CREATE TABLE IF NOT EXISTS notes_in (text String) ENGINE = Null;
  CREATE MATERIALIZED VIEW IF NOT EXISTS notes_mv TO notes AS SELECT text FROM notes_in;`,
);
const SECOND = parseMigration(
  '0002_authors.sql',
  `ALTER TABLE notes ADD COLUMN IF NOT EXISTS author String;
   INSERT INTO notes (text, author) SELECT 'hello', 'migration' WHERE (SELECT count() FROM notes) = 0;`,
);
const ALL = [FIRST, SECOND];
const STATEMENTS = 5;

/** A connection of a process that is killed before or after its nth statement that is not bookkeeping. */
function killedAt(connection: Connection, nth: number, when: 'before' | 'after'): Connection {
  let seen = 0;
  let isDead = false;
  const killed = () => {
    isDead = true;
    return new StoreError('killed', { reason: 'unavailable' });
  };
  return {
    query: (sql, options) => connection.query(sql, options),
    insertBytes: (options) => connection.insertBytes(options),
    close: () => connection.close(),
    async command(sql, options) {
      if (isDead) throw killed();
      const isMine = !sql.includes('schema_migrations') && ++seen === nth;
      if (isMine && when === 'before') throw killed();
      await connection.command(sql, options);
      if (isMine) throw killed();
    },
  };
}

describe.each(CONNECTIONS)('%s', (_name, open) => {
  let store: OpenedStore;
  let connection: Connection;
  beforeAll(async () => {
    store = await open();
    connection = store.connection;
  });
  afterAll(() => store[Symbol.asyncDispose]());
  beforeEach(async () => {
    for (const table of ['notes_mv', 'notes_in', 'notes', 'schema_migrations', 'schema_migrations_lock'])
      await connection.command(`DROP TABLE IF EXISTS ${table} SYNC`);
  });

  const notes = () => connection.query('SELECT text, author FROM notes');
  const HELLO = [{ text: 'hello', author: 'migration' }];

  test('all are applied once', async () => {
    expect(await migrate(connection, ALL)).toEqual(ALL);
    expect(await notes()).toEqual(HELLO);
    expect(await migrate(connection, ALL)).toEqual([]);
  });

  test('a new one is applied alone', async () => {
    await migrate(connection, [FIRST]);
    expect(await migrate(connection, ALL)).toEqual([SECOND]);
    expect(await notes()).toEqual(HELLO);
  });

  const crashes = Array.from({ length: STATEMENTS }, (_, i) => i + 1).flatMap((nth) => [
    [nth, 'before'] as const,
    [nth, 'after'] as const,
  ]);
  test.each(crashes)(
    'a crash at statement %i, %s it ran, is made good by the next start',
    async (nth, when) => {
      await expect(migrate(killedAt(connection, nth, when), ALL)).rejects.toThrow('killed');
      await migrate(connection, ALL);
      expect(await notes()).toEqual(HELLO);
      expect(await migrate(connection, ALL)).toEqual([]);
    },
  );

  test('a statement that fails names its file, and its correction goes on', async () => {
    const wrong = parseMigration('0002_authors.sql', 'ALTER TABLE notes ADD COLUMN; SELECT 1');
    await expect(migrate(connection, [FIRST, wrong])).rejects.toThrow('0002_authors.sql, statement 1 of 2');
    expect(await migrate(connection, ALL)).toEqual([SECOND]);
  });

  test('a file that was changed after it was applied is an error that names it', async () => {
    await migrate(connection, ALL);
    const changed = parseMigration('0001_notes.sql', 'SELECT 1');
    await expect(migrate(connection, [changed, SECOND])).rejects.toThrow('0001_notes.sql was changed');
  });

  test('a store newer than the program is an error that says so', async () => {
    await migrate(connection, ALL);
    await expect(migrate(connection, [FIRST])).rejects.toThrow(/newer version.*0002_authors\.sql/);
  });

  test('two at once do the work once', async () => {
    const run = () => migrate(connection, ALL, { mutex: tableMutex(connection) });
    const done = await Promise.all([run(), run(), run()]);
    expect(done.map(({ length }) => length).sort()).toEqual([0, 0, 2]);
    expect(await notes()).toEqual(HELLO);
  });

  test('one that died while migrating is waited for, but not for ever', async () => {
    await connection.command(
      "CREATE TABLE schema_migrations_lock (held UInt8) ENGINE = Memory COMMENT 'of a process that is gone'",
    );
    const run = () =>
      migrate(connection, ALL, { mutex: tableMutex(connection, { deadAfterMs: 200, beatMs: 20 }) });
    const done = await Promise.all([run(), run()]);
    expect(done.map(({ length }) => length).sort()).toEqual([0, 2]);
  });

  test('one that lives is waited for as long as it takes', async () => {
    const options = { deadAfterMs: 300, beatMs: 20 };
    const log: string[] = [];
    const slow = tableMutex(connection, options).run(async () => {
      log.push('first begins');
      const began = performance.now();
      await waitUntil('longer than a dead one is waited for', () => performance.now() - began > 600);
      log.push('first ends');
    });
    await waitUntil('the first to begin', () => log.length === 1);
    await tableMutex(connection, options).run(async () => void log.push('second'));
    await slow;
    expect(log).toEqual(['first begins', 'first ends', 'second']);
  });
});
