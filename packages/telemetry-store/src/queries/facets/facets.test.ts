import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { logsRequest, tracesRequest } from '../testing/make-requests.ts';
import { MIGRATED_STORES } from '../testing/migrated-stores.ts';
import { facets } from './facets.ts';
import { facetKeys } from './keys.ts';
import { facetValues } from './values.ts';

setDefaultTimeout(60_000);

const SECOND = 1_000_000_000n;
const QUARTER = 900n * SECOND;
const T = 1_780_000_200n * SECOND;
const range = { from: T, to: T + 4n * QUARTER };
const HOSTILE = [
  "it's \\ {x:String} 100%\n\0",
  "'; DROP TABLE otel_logs_facets; --",
  '',
  '🦊\u0001',
  'k'.repeat(500),
];

describe.each(MIGRATED_STORES)('%s', (_name, open) => {
  let store: OpenedStore;
  let connection: Connection;
  beforeAll(async () => {
    store = await open();
    connection = store.connection;
    const log = (i: number) => ({
      time: T + (BigInt(i) * 4n * QUARTER) / 400n,
      severity: i % 10 === 0 ? 17 : 9,
      attributes: {
        route: `/r${i % 7}`,
        requestId: `id-${i}`,
        ...(i % 2 === 0 && { zone: 'own' }),
        ...(i === 5 && { long: 'x'.repeat(200), severity: 'an attribute' }),
      },
    });
    const logs = Array.from({ length: 400 }, (_, i) => log(i));
    // In many inserts, as they come.
    for (let i = 0; i < 400; i += 100)
      await insert(
        connection,
        'logs',
        logsRequest('web', logs.slice(i, i + 100), { zone: 'resource', host: 'a' }),
      );
    await insert(connection, 'logs', logsRequest('db', logs.slice(0, 30)));
    for (const hostile of HOSTILE)
      await insert(
        connection,
        'logs',
        logsRequest(hostile, [{ time: T - 9n * QUARTER, attributes: { [hostile]: hostile, odd: hostile } }]),
      );
    const span = (i: number) => ({
      traceId: 'ab'.repeat(16),
      spanId: (i + 1).toString(16).padStart(16, '0'),
      name: i % 3 === 0 ? 'GET' : 'POST',
      start: T,
      duration: SECOND,
      error: i % 4 === 0,
      attributes: { epoch: String(i) },
    });
    await insert(
      connection,
      'traces',
      tracesRequest(
        'web',
        Array.from({ length: 12 }, (_, i) => span(i)),
      ),
    );
  }, 60_000);
  afterAll(() => store[Symbol.asyncDispose]());

  const exact = async (value: string, where = '1', { from, to } = range) =>
    (
      await connection.query<{ value: string; records: string }>(
        `SELECT ${value} AS value, count() AS records FROM otel_logs
         WHERE Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64}) AND ${where}
         GROUP BY value ORDER BY records DESC, value`,
        { params: { from, to } },
      )
    ).map(({ value, records }) => ({ value, records: Number(records) }));
  const effective = (key: string) =>
    `if(mapContains(LogAttributes, '${key}'), LogAttributes['${key}'], ResourceAttributes['${key}'])`;

  test.each([
    ['field', 'severity', 'toString(SeverityNumber)', '1'],
    ['field', 'service', 'ServiceName', '1'],
    ['attribute', 'route', effective('route'), '1'],
    [
      'attribute',
      'zone',
      effective('zone'),
      "mapContains(LogAttributes, 'zone') OR mapContains(ResourceAttributes, 'zone')",
    ],
    ['attribute', 'service.name', effective('service.name'), '1'],
  ] as const)('of a %s %s, as the records themselves are counted', async (source, key, value, where) => {
    const answer = await facets(connection, { signal: 'logs', range, keys: [{ source, key }], limit: 64 });
    const values = await exact(value, where);
    expect(values.length).toBeGreaterThan(1);
    const records = values.reduce((sum, one) => sum + one.records, 0);
    expect(answer).toEqual({ range, facets: [{ source, key, records, values, more: false }] });
  });

  test.each([
    ['as they came', undefined],
    ['merged', 'OPTIMIZE TABLE otel_logs_facets FINAL'],
    // As before the migration that made them.
    ['without hours', 'ALTER TABLE otel_logs_facets CLEAR PROJECTION hours SETTINGS mutations_sync = 2'],
    [
      'with them again',
      'ALTER TABLE otel_logs_facets MATERIALIZE PROJECTION hours SETTINGS mutations_sync = 2',
    ],
  ])('of whole hours and what lies at their ends: %s', async (_state, change) => {
    if (change !== undefined) await connection.command(change);
    // The records lie in the halves of two hours.
    for (const [before, after] of [
      [2n, 0n],
      [0n, 2n],
      [2n, 2n],
      [-1n, 1n],
      [5n, 7n],
      [-1n, 13n],
    ] as const) {
      const asked = { from: range.from - before * QUARTER, to: range.to + after * QUARTER };
      const keys = [{ source: 'attribute', key: 'route' }] as const;
      const { facets: found } = await facets(connection, { signal: 'logs', range: asked, keys });
      const values = await exact(effective('route'), '1', asked);
      expect(found).toEqual([
        { ...keys[0], records: values.reduce((sum, one) => sum + one.records, 0), values, more: false },
      ]);
    }
  });

  test('of one service, after a merge the same', async () => {
    const ask = { signal: 'logs', range, service: 'web', limit: 2 } as const;
    const before = await facets(connection, ask);
    await connection.command('OPTIMIZE TABLE otel_logs_facets FINAL');
    expect(await facets(connection, ask)).toEqual(before);
    expect(before.facets.map(({ key }) => key).slice(0, 2)).toEqual(['service', 'severity']);
    expect(before.facets.find(({ key }) => key === 'route')).toMatchObject({
      records: 400,
      values: [
        { value: '/r0', records: 58 },
        { value: '/r1', records: 57 },
      ],
      more: true,
    });
  });

  test('values too many or too long are not made up', async () => {
    const { facets: found } = await facets(connection, { signal: 'logs', range, limit: 64 });
    const ids = found.find(({ key }) => key === 'requestId')!;
    expect(ids).toMatchObject({ records: 430, more: true });
    for (const { value, records } of ids.values) {
      expect(value).toMatch(/^id-\d+$/);
      expect(records).toBeLessThanOrEqual(Number(value.slice(3)) < 30 ? 2 : 1);
    }
    expect(found.find(({ key }) => key === 'long')).toEqual({
      key: 'long',
      source: 'attribute',
      records: 2,
      values: [],
      more: true,
    });
  });

  test('an attribute that is called as a field is not the field', async () => {
    const keys = await facetKeys(connection, { signal: 'logs', range, search: 'SEVER' });
    expect(keys).toEqual([
      { key: 'severity', source: 'field', records: 430 },
      { key: 'severity', source: 'attribute', records: 2 },
    ]);
  });

  test('completion: keys and values that begin so come first, then those that have it anywhere', async () => {
    const keys = await facetKeys(connection, { signal: 'logs', range, search: 'ser', limit: 2 });
    expect(keys.map(({ key }) => key)).toEqual(['service', 'service.name']);
    const ask = { signal: 'logs', range, key: 'route', source: 'attribute' } as const;
    expect(await facetValues(connection, { ...ask, search: 'R3' })).toEqual({
      values: [{ value: '/r3', records: 61 }],
      more: false,
      complete: true,
    });
    expect(await facetValues(connection, { ...ask, limit: 1 })).toMatchObject({ more: true, complete: true });
    expect(await facetValues(connection, { ...ask, key: 'requestId', search: 'none' })).toEqual({
      values: [],
      more: false,
      complete: false,
    });
  });

  test('of traces: name, kind, status', async () => {
    const { facets: found } = await facets(connection, { signal: 'traces', range });
    const values = (key: string) => found.find((one) => one.key === key && one.source === 'field')?.values;
    expect(values('name')).toEqual([
      { value: 'POST', records: 8 },
      { value: 'GET', records: 4 },
    ]);
    expect(values('kind')).toEqual([{ value: 'Server', records: 12 }]);
    expect(values('status')).toEqual([
      { value: 'Unset', records: 9 },
      { value: 'Error', records: 3 },
    ]);
  });

  test('the range is widened to quarters, and an empty one has nothing', async () => {
    const inside = { from: T + 1n, to: T + QUARTER + 1n };
    const answer = await facets(connection, { signal: 'traces', range: inside });
    expect(answer.range).toEqual({ from: T, to: T + 2n * QUARTER });
    expect(answer.facets).not.toEqual([]);
    const empty = await facets(connection, { signal: 'traces', range: { from: T, to: T } });
    expect(empty.facets).toEqual([]);
  });

  test.each(HOSTILE)('asked with %j', async (hostile) => {
    const old = { signal: 'logs', range: { from: 0n, to: T }, key: 'odd', source: 'attribute' } as const;
    const found = await facetValues(connection, { ...old, service: hostile, search: hostile });
    // An empty text asks for all, one that is too long is not kept.
    expect(found.values).toEqual(hostile.length > 128 ? [] : [{ value: hostile, records: 1 }]);
    const keys = await facetKeys(connection, { ...old, search: hostile });
    expect(keys.some(({ key }) => key === hostile)).toBe(hostile.length <= 128);
    await facets(connection, { ...old, keys: [{ key: hostile, source: 'attribute' }], service: hostile });
  });

  test.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ keys: Array(101).fill({ key: 'a', source: 'field' }) }, 'at most 100'],
  ])('what cannot be answered is refused: %#', async (wrong, message) => {
    await expect(facets(connection, { signal: 'logs', range, ...wrong })).rejects.toThrow(message);
  });
});
