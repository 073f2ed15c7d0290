import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import type { Page } from '../page.ts';
import { logsRequest, type MadeLog } from '../testing/make-requests.ts';
import { ALL_TIME } from '../time-range.ts';
import type { Direction } from '../windows.ts';
import { logContext } from './context.ts';
import { logHistogram } from './histogram.ts';
import { type LogPageRequest, logPage } from './page.ts';
import type { LogRecord } from './record.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;

let store: OpenedStore;
let connection: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
}, 60_000);
afterAll(() => store[Symbol.asyncDispose]());

const put = (service: string, logs: readonly MadeLog[]) =>
  insert(connection, 'logs', logsRequest(service, logs));

/** From the first page on, or from a cursor, until there is no more; `between` happens after each page. */
async function walk(
  request: LogPageRequest,
  direction: Direction,
  between: (page: Page<LogRecord>) => Promise<void> = async () => {},
): Promise<LogRecord[]> {
  const seen: LogRecord[] = [];
  let cursor = request.cursor;
  for (;;) {
    const page = await logPage(connection, { ...request, direction, ...(cursor && { cursor }) });
    seen.push(...page.rows);
    await between(page);
    if (!page.more) return seen;
    cursor = page[direction];
  }
}

describe('pages of 5,000 logs, of which hundreds share a time', () => {
  const service = 'paged';
  const range = { from: T, to: T + 100_000n * SECOND };
  beforeAll(async () => {
    const logs = Array.from({ length: 5_000 }, (_, i) => ({
      time: i < 700 ? T + 500n * SECOND : T + BigInt(i % 1_000) * SECOND,
      body: `line ${i}`,
    }));
    // Of these nobody can tell one from the other.
    const alike = Array.from({ length: 50 }, () => ({ time: T + 500n * SECOND, body: 'again' }));
    await put(service, logs);
    await put(service, alike);
  });

  const bodiesOnce = (records: readonly LogRecord[]) => {
    const counts = new Map<string, number>();
    for (const { body } of records) counts.set(body, (counts.get(body) ?? 0) + 1);
    for (let i = 0; i < 5_000; i++) expect(counts.get(`line ${i}`)).toBe(1);
    expect(counts.get('again')).toBe(50);
    expect(records).toHaveLength(5_050);
  };

  test.each(['older', 'newer'] as const)(
    'each is met once on the way to %s, while others come in',
    async (way) => {
      const request = { service, attributes: [], range, limit: 97 };
      const times = [T, T + 500n * SECOND, T + 90_000n * SECOND];
      let late = 0;
      const seen = await walk(request, way, async () => {
        // Merges change where rows lie, not where pages are.
        if (late === 12) await connection.command('OPTIMIZE TABLE otel_logs FINAL');
        if (late++ % 8 === 0)
          await put(
            service,
            times.map((time) => ({ time, body: `late ${way} ${late}` })),
          );
      });
      const known = seen.filter(({ body }) => !body.startsWith('late'));
      bodiesOnce(known);
      const inOrder = known.map(({ time }) => time);
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => Number(way === 'older' ? b - a : a - b)));
    },
  );

  test('turning round anywhere, also among those that are alike, gives what was seen', async () => {
    const text = 'again';
    const first = await logPage(connection, { service, text, range, limit: 20 });
    const second = await logPage(connection, { service, text, range, limit: 20, cursor: first.older! });
    expect(second.rows).toHaveLength(20);
    const back = await logPage(connection, {
      service,
      text,
      range,
      direction: 'newer',
      limit: 100,
      cursor: second.older!,
    });
    expect(back.rows).toHaveLength(40);
    const forth = await logPage(connection, { service, text, range, limit: 100, cursor: second.older! });
    expect(forth.rows).toHaveLength(10);
    const all = await logPage(connection, {
      service,
      text,
      range,
      direction: 'older',
      limit: 100,
      cursor: back.newer!,
    });
    expect(all.rows).toHaveLength(50);
  });

  test('from the start of a page come those that are newer', async () => {
    const request = { service, text: 'line', range, limit: 300 };
    const first = await logPage(connection, request);
    const second = await logPage(connection, { ...request, cursor: first.older! });
    const back = await logPage(connection, { ...request, direction: 'newer', cursor: second.newer! });
    expect(back.rows.toReversed()).toEqual(first.rows as LogRecord[]);
    expect(back.more).toBe(false);
  });

  test('an end is a place: what comes later is found from there', async () => {
    const request = { service: 'tail', range, limit: 10 };
    expect(await logPage(connection, request)).toEqual({
      rows: [],
      more: false,
      older: undefined,
      newer: undefined,
    });
    await put('tail', [{ time: T, body: 'one' }]);
    const page = await logPage(connection, request);
    const none = await logPage(connection, { ...request, direction: 'newer', cursor: page.newer! });
    expect(none.rows).toEqual([]);
    await put('tail', [{ time: T + 1n, body: 'two' }]);
    const next = await logPage(connection, { ...request, direction: 'newer', cursor: none.newer! });
    expect(next.rows.map(({ body }) => body)).toEqual(['two']);
  });

  test('a sparse range of all time is read in a few windows', async () => {
    await put('sparse', [
      { time: 5n, body: 'first' },
      { time: T, body: 'middle' },
      { time: T + 50_000n * SECOND, body: 'last' },
    ]);
    let queries = 0;
    const counting: Connection = {
      query: (sql, options) => {
        queries++;
        return connection.query(sql, options);
      },
      command: () => Promise.reject(new Error('a query does not write')),
      insertBytes: () => Promise.reject(new Error('a query does not write')),
      close: () => Promise.resolve(),
    };
    const page = await logPage(counting, { service: 'sparse', range: ALL_TIME });
    expect(page.rows.map(({ body }) => body)).toEqual(['last', 'middle', 'first']);
    expect(queries).toBeLessThan(15);
  });
});

describe('filters', () => {
  const range = { from: T - 10n * SECOND, to: T + 1_000n * SECOND };
  const bodies = async (request: Omit<LogPageRequest, 'range' | 'direction'>) =>
    (await logPage(connection, { service: 'filtered', ...request, range, direction: 'newer' })).rows.map(
      ({ body }) => body,
    );
  beforeAll(async () => {
    await put('filtered', [
      {
        time: T,
        body: 'Connection REFUSED by host-7',
        severity: 17,
        attributes: { 'job.id': 'run-1', peer: 'A-b' },
      },
      { time: T + 1n, body: '100% of_it \\ done', severity: 9, traceId: '0123456789abcdef0123456789abcdef' },
      { time: T + 2n, body: 'Überlauf im Äther', severity: 13, attributes: { empty: '' } },
    ]);
    await insert(
      connection,
      'logs',
      logsRequest('filtered', [{ time: T + 3n, body: 'of a resource' }], { 'job.id': 'run-2', peer: 'c' }),
    );
  });

  test.each([
    ['severity', { minSeverity: 13 }, [0, 2]],
    ['trace', { traceId: '0123456789abcdef0123456789abcdef' }, [1]],
    ['run of the record', { runId: 'run-1' }, [0]],
    ['run of the resource', { runId: 'run-2' }, [3]],
    ['text', { text: 'connection refused' }, [0]],
    ['text within words', { text: 'ECTION REF' }, [0]],
    ['text with what LIKE reads', { text: '0% OF_' }, [1]],
    ['text of several words', { text: 'ion REFused BY Host-7' }, [0]],
    ['text of several words, in another order', { text: 'by refused' }, []],
    ['a percent sign', { text: '%' }, [1]],
    ['an underscore', { text: '_' }, [1]],
    ['a backslash', { text: ' \\ ' }, [1]],
    ['text of other letters', { text: 'überLAUF IM ä' }, [2]],
    ['attribute equal', { attributes: [{ key: 'peer', is: 'equal', value: 'A-b' }] }, [0]],
    ['attribute equal, its case', { attributes: [{ key: 'peer', is: 'equal', value: 'a-b' }] }, []],
    [
      'attribute different, or none at all',
      { attributes: [{ key: 'peer', is: 'different', value: 'A-b' }] },
      [1, 2, 3],
    ],
    ['attribute containing', { attributes: [{ key: 'peer', is: 'containing', value: 'A-B' }] }, [0]],
    ['attribute of the resource', { attributes: [{ key: 'peer', is: 'equal', value: 'c' }] }, [3]],
    ['attribute present', { attributes: [{ key: 'peer', is: 'present' }] }, [0, 3]],
    ['attribute present and empty', { attributes: [{ key: 'empty', is: 'equal', value: '' }] }, [2]],
    ['several', { minSeverity: 13, text: 'refused', runId: 'run-1' }, [0]],
    ['several that do not meet', { minSeverity: 13, text: 'refused', runId: 'run-2' }, []],
  ] as const)('by %s', async (_, filter, expected) => {
    const all = ['Connection REFUSED by host-7', '100% of_it \\ done', 'Überlauf im Äther', 'of a resource'];
    expect(await bodies(filter)).toEqual(expected.map((index) => all[index]!));
  });

  test.each([
    "'",
    '"',
    '\\',
    "\\'",
    '`',
    '{x:String}',
    '{service:String}',
    '\0',
    'a\0b',
    "'; DROP TABLE otel_logs; --",
    'x\n\nDROP TABLE otel_logs\n\n',
    "file('/etc/passwd')",
    "' OR 1=1 --",
    "') UNION ALL SELECT * FROM url('http://127.0.0.1:1/') --",
    '%',
    '_',
    '\\%',
    '/* */ --',
    '$$',
    '\u2028',
  ])('with %j find what has it and change nothing', async (hostile) => {
    const time = T + 20n * SECOND;
    await put('hostile', [{ time, body: `<${hostile}>`, attributes: { [`k${hostile}`]: `<${hostile}>` } }]);
    const count = async () => (await connection.query('SELECT count() AS n FROM otel_logs'))[0];
    const before = await count();
    const request = { range, service: 'hostile' };
    const found = async (filter: object) =>
      (await logPage(connection, { ...request, ...filter })).rows.map(({ body }) => body);
    const stored = `<${hostile}>`;
    const key = `k${hostile}`;
    expect(await found({ text: hostile })).toContain(stored);
    expect(await found({ text: `<${hostile}>` })).toEqual([stored]);
    expect(await found({ attributes: [{ key, is: 'equal', value: `<${hostile}>` }] })).toEqual([stored]);
    expect(await found({ attributes: [{ key, is: 'containing', value: hostile }] })).toEqual([stored]);
    expect(await found({ attributes: [{ key, is: 'present' }] })).toEqual([stored]);
    for (const filter of [{ service: hostile }, { traceId: hostile }, { runId: hostile }])
      expect(await found(filter)).toEqual([]);
    expect(await count()).toEqual(before!);
  });

  test('text that is not well-formed finds nothing', async () => {
    expect(await bodies({ text: '\ud800', attributes: [{ key: '\udc00', is: 'present' }] })).toEqual([]);
  });

  test.each([{ limit: 0 }, { limit: 1.5 }, { limit: 1e9 }, { minSeverity: 99 }, { minSeverity: Number.NaN }])(
    '%j is refused',
    async (request) => {
      await expect(logPage(connection, { range, ...request })).rejects.toThrow('give a whole number');
    },
  );
});

test('the histogram has every bucket, and counts each record once', async () => {
  const from = T + 2_000n * SECOND;
  await put('counted', [
    { time: from, severity: 17 },
    { time: from + 9n * SECOND, severity: 20 },
    { time: from + 10n * SECOND, severity: 1 },
    { time: from + 29n * SECOND, severity: 0 },
    { time: from + 30n * SECOND, severity: 24 },
  ]);
  const range = { from, to: from + 30n * SECOND };
  const buckets = await logHistogram(connection, { range, buckets: 3, service: 'counted' });
  const none = { unset: 0, trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
  expect(buckets).toEqual([
    { from, to: from + 10n * SECOND, counts: { ...none, error: 2 } },
    { from: from + 10n * SECOND, to: from + 20n * SECOND, counts: { ...none, trace: 1 } },
    { from: from + 20n * SECOND, to: from + 30n * SECOND, counts: { ...none, unset: 1 } },
  ]);
  const wide = await logHistogram(connection, { range: ALL_TIME, buckets: 7, service: 'counted' });
  expect(wide.reduce((sum, { counts }) => sum + counts.error + counts.fatal, 0)).toBe(3);
});

test.each(['', 'x', '1) OR 1=1 --', '18446744073709551616'])('a context of %j is refused', async (id) => {
  await expect(logContext(connection, { time: T, id, before: 0, after: 0 })).rejects.toThrow(
    'as a page gave them',
  );
});

test.each([
  { from: -1n, to: T },
  { from: 0n, to: 2n ** 63n },
])('a histogram from $from to $to is refused', async (range) => {
  await expect(logHistogram(connection, { range, buckets: 5 })).rejects.toThrow('give one within');
});

test('the context of a record has those around it, of the same time too', async () => {
  const logs = Array.from({ length: 20 }, (_, i) => ({
    time: T + 3_000n * SECOND + BigInt(i >> 2),
    body: `c${i}`,
  }));
  await put('context', logs);
  const filter = { service: 'context' };
  const { rows } = await logPage(connection, { range: ALL_TIME, direction: 'newer', ...filter });
  const { time, id } = rows[9]!;
  const context = await logContext(connection, { time, id, before: 4, after: 100, filter });
  expect(context.before).toEqual(rows.slice(5, 9));
  expect(context.records).toEqual([rows[9]!]);
  expect(context.after).toEqual(rows.slice(10));
  const gone = await logContext(connection, { time: time + 1_000n, id, before: 1, after: 1, filter });
  expect(gone).toEqual({ before: [rows[19]!], records: [], after: [] });
});
