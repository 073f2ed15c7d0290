import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { CONNECTIONS, type OpenedStore } from '../testing/connections.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';

/** Runs for ever, in blocks of 10 ms. */
const ENDLESS = 'SELECT sum(sleepEachRow(0.01)) FROM system.numbers SETTINGS max_block_size = 1';

const PROTO = {
  format_schema_source: 'string',
  format_schema: 'syntax = "proto3"; message Batch { repeated string words = 1; }',
  format_schema_message_name: 'Batch',
};

const word = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array([0x0a, bytes.length, ...bytes]);
};

describe.each(CONNECTIONS)('%s', (_name, open) => {
  let store: OpenedStore;
  let connection: Connection;
  beforeAll(async () => {
    store = await open();
    connection = store.connection;
  });
  afterAll(() => store[Symbol.asyncDispose]());

  async function errorOf(promise: Promise<unknown>): Promise<StoreError> {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StoreError);
    return error as StoreError;
  }

  async function value<T>(sql: string, params?: Record<string, unknown>): Promise<T> {
    const rows = await connection.query<{ v: T }>(sql, params && { params });
    expect(rows).toHaveLength(1);
    return rows[0]!.v;
  }

  test.each([
    ['String', 'plain'],
    ['String', ''],
    ['String', "'; DROP TABLE words; --"],
    ['String', 'a\n\nDROP TABLE words\n\n'],
    ['String', 'quotes " \' ` and \\ and \\n and \\N and {v:String} and $$'],
    ['String', 'nul \0 tab \t return \r'],
    ['String', 'é 😀'],
    ['Nullable(String)', null],
    ['Bool', true],
    ['Int32', -5],
    ['UInt64', '18446744073709551615'],
    ['Int64', '-9223372036854775808'],
    ['Float64', 0.1],
    ['Float64', Number.NaN],
    ['Float64', Number.NEGATIVE_INFINITY],
    ['DateTime64(9)', '2026-01-02 03:04:05.000000006'],
    ['Array(String)', ["a'b", 'c\\', '\n']],
    ['Array(Int32)', [1, -2]],
    ['Map(String, String)', { "k'": "v'\\" }],
  ])('a parameter %s comes back as it went: %j', async (type, given) => {
    expect(await value(`SELECT {v:${type}} AS v`, { v: given })).toEqual(given as never);
  });

  test('an integer of 64 bits may be given as a bigint, a time as a Date', async () => {
    expect(await value('SELECT {v:UInt64} AS v', { v: 2n ** 64n - 1n })).toBe('18446744073709551615');
    const date = new Date('2026-01-02T03:04:05.678Z');
    expect(await value('SELECT {v:DateTime64(3)} AS v', { v: date })).toBe('2026-01-02 03:04:05.678');
  });

  test('half a character becomes the sign for what is no character', async () => {
    expect(await value('SELECT {v:String} AS v', { v: 'a\ud800b' })).toBe('a\ufffdb');
  });

  test('a name may be a parameter, and cannot break out', async () => {
    expect((await errorOf(value('SELECT 1 FROM {t:Identifier}', { t: 'x`; DROP TABLE y' }))).code).toBe(60);
  });

  test('a parameter without a value is an error, also where an earlier statement had one', async () => {
    await value('SELECT {v:String} AS v', { v: 'earlier' });
    expect((await errorOf(connection.query('SELECT {v:String} AS v'))).reason).toBe('usage');
  });

  test('values arrive as they are', async () => {
    const [row] = await connection.query(`SELECT toUInt64(18446744073709551615) AS u, toInt128(-1) AS i,
      toDecimal64('1.50', 2) AS d, nan AS n, [inf, -inf, 1.5] AS f, map('a', nan) AS m,
      CAST((1, nan), 'Tuple(a UInt8, \`b c\` Float64)') AS t, CAST('nan', 'LowCardinality(String)') AS s,
      toDateTime64('2026-01-02 03:04:05.000000006', 9, 'UTC') AS w, CAST(NULL, 'Nullable(Float32)') AS z`);
    expect(row).toEqual({
      u: '18446744073709551615',
      i: '-1',
      d: '1.5',
      n: Number.NaN,
      f: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5],
      m: { a: Number.NaN },
      t: { a: 1, 'b c': Number.NaN },
      s: 'nan',
      w: '2026-01-02 03:04:05.000000006',
      z: null,
    });
  });

  test('no rows are no rows', async () => {
    expect(await connection.query('SELECT 1 AS v WHERE 0')).toEqual([]);
  });

  test('a large answer is whole', async () => {
    const rows = await connection.query<{ n: string }>('SELECT number AS n FROM numbers(200000)');
    expect(rows).toHaveLength(200_000);
    expect(rows.at(-1)).toEqual({ n: '199999' });
  });

  test('settings are of one statement only', async () => {
    const threads = "SELECT getSetting('max_threads') AS v";
    const before = await value<number>(threads);
    expect(await connection.query(threads, { settings: { max_threads: 3 } })).toEqual([{ v: 3 }]);
    for (let i = 0; i < 6; i++) expect(await value<number>(threads)).toBe(before);
  });

  test('a query cannot write', async () => {
    await connection.command('CREATE TABLE kept (n UInt8) ENGINE = MergeTree ORDER BY n');
    expect((await errorOf(connection.query('DROP TABLE kept'))).code).toBe(164);
    expect((await errorOf(connection.query('INSERT INTO kept VALUES (1)'))).reason).toBe('engine');
    expect(await value<string>('SELECT count() AS v FROM kept')).toBe('0');
  });

  test.each([
    ['time', ENDLESS, { seconds: 0.2 }, 159],
    ['memory', 'SELECT groupArray(number) FROM numbers(50000000)', { memoryBytes: 20_000_000 }, 241],
    ['rows', 'SELECT sum(number) FROM numbers(10000000)', { rowsRead: 1000 }, 158],
    ['the answer', 'SELECT number FROM numbers(1000000)', { resultBytes: 1000 }, 396],
  ])(
    'a query that takes too much of %s ends with an error, and the next one works',
    async (_of, sql, limits, code) => {
      const error = await errorOf(connection.query(sql, { limits }));
      expect(error).toMatchObject({ code, isLimit: true, reason: 'engine' });
      expect(await value<number>('SELECT 1 AS v')).toBe(1);
    },
  );

  test('errors carry the code', async () => {
    expect((await errorOf(connection.query('SELEKT 1'))).code).toBe(62);
    expect((await errorOf(connection.query('SELECT * FROM nowhere'))).code).toBe(60);
    expect((await errorOf(connection.command('DROP TABLE nowhere'))).code).toBe(60);
  });

  test('an abort ends the query here and in the engine', async () => {
    const running = () =>
      connection.query("SELECT 1 FROM system.processes WHERE query LIKE 'SELECT sum(sleepEachRow%'");
    const abort = new AbortController();
    const outcome = errorOf(connection.query(ENDLESS, { signal: abort.signal }));
    await waitUntil('the query to run', async () => (await running()).length === 1);
    abort.abort();
    expect(await outcome).toMatchObject({ reason: 'aborted', isAborted: true });
    await waitUntil('the engine to stop', async () => (await running()).length === 0);
  });

  test('an abort ends a command too', async () => {
    await connection.command('CREATE TABLE slow (n UInt64) ENGINE = MergeTree ORDER BY n');
    const running = () =>
      connection.query("SELECT 1 FROM system.processes WHERE query LIKE 'INSERT INTO slow SELECT%'");
    const abort = new AbortController();
    const sql =
      'INSERT INTO slow SELECT number + sleepEachRow(0.01) FROM system.numbers SETTINGS max_block_size = 1';
    const outcome = errorOf(connection.command(sql, { signal: abort.signal }));
    await waitUntil('the command to run', async () => (await running()).length === 1);
    abort.abort();
    expect((await outcome).isAborted).toBe(true);
    await waitUntil('the engine to stop', async () => (await running()).length === 0);
  });

  test('a query aborted beforehand never runs', async () => {
    const signal = AbortSignal.abort();
    expect((await errorOf(connection.query('SELECT 1', { signal }))).isAborted).toBe(true);
  });

  test('long queries leave the event loop free', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await Promise.all(
      [1, 2].map(() =>
        errorOf(
          connection.query('SELECT count() FROM numbers(1e12) WHERE number % 7 = 3', {
            limits: { seconds: 1, rowsRead: 0 },
          }),
        ),
      ),
    );
    clearInterval(timer);
    // Two hundred where nothing else runs; one or two where a query held the loop.
    expect(turns).toBeGreaterThan(10);
  });

  test('more queries than run at once are all answered, each with its own parameters', async () => {
    const asked = Array.from({ length: 40 }, (_, i) => value<number>('SELECT {v:UInt32} AS v', { v: i }));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  describe('bytes from outside', () => {
    beforeAll(() =>
      connection.command('CREATE TABLE words (words Array(String)) ENGINE = MergeTree ORDER BY tuple()'),
    );

    const insert = (body: Uint8Array) =>
      connection.insertBytes({ into: 'words', format: 'ProtobufSingle', body, settings: PROTO });
    const stored = async () =>
      (await connection.query<{ words: string[] }>('SELECT words FROM words ORDER BY words')).map(
        (r) => r.words,
      );

    test('become rows', async () => {
      const before = (await stored()).length;
      await insert(Buffer.concat([word('a'), word('b')]));
      expect((await stored()).length).toBe(before + 1);
      expect(await stored()).toContainEqual(['a', 'b']);
    });

    test('with SQL in them are data', async () => {
      const text = "x\n\nDROP TABLE words\n\n'; DROP TABLE words; --\0";
      await insert(word(text));
      expect(await stored()).toContainEqual([text]);
    });

    test('that are not only text keep each byte', async () => {
      await connection.command('CREATE TABLE raw (b String) ENGINE = MergeTree ORDER BY tuple()');
      const body = Uint8Array.from({ length: 256 }, (_, i) => i);
      await connection.insertBytes({ into: 'otel.raw', format: 'RawBLOB', body });
      expect(await value<string>('SELECT hex(b) AS v FROM raw')).toBe(
        Buffer.from(body).toString('hex').toUpperCase(),
      );
    });

    test.each([
      ['truncated', new Uint8Array([0x0a, 0x05, 0x61])],
      ['of a wrong wire type', new Uint8Array([0x0f, 0x01])],
      ['of SQL', new TextEncoder().encode('DROP TABLE words')],
    ])('%s are refused, and leave nothing', async (_what, body) => {
      const before = await stored();
      const error = await errorOf(insert(body));
      expect(error).toMatchObject({ reason: 'engine', isParseError: true });
      expect(await stored()).toEqual(before);
    });

    test('do not go into a name that is no table', async () => {
      const into = 'words; DROP TABLE words';
      const error = await errorOf(connection.insertBytes({ into, format: 'RawBLOB', body: word('a') }));
      expect(error.reason).toBe('usage');
    });

    test('large ones too, several at once', async () => {
      const before = (await stored()).length;
      const body = Buffer.concat(Array.from({ length: 100_000 }, () => word('many')));
      await Promise.all([insert(body), insert(body), insert(body)]);
      expect((await stored()).length).toBe(before + 3);
    });
  });
});

test.each(CONNECTIONS)('%s: after close nothing is taken, and closing again is fine', async (_name, open) => {
  await using store = await open();
  const { connection } = store;
  const outcome = connection.query(ENDLESS).catch((error: StoreError) => error.reason);
  await connection.close();
  await connection.close();
  expect(await outcome).toBe('aborted');
  await expect(connection.query('SELECT 1')).rejects.toMatchObject({ reason: 'unavailable' });
});
