import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OpenedStore } from '../testing/connections.ts';
import { anyValue, attributes, encodeRequest, type Json } from './testing/encode-request.ts';
import { insert, openMigrated } from './testing/open-store.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
});
afterAll(() => store[Symbol.asyncDispose]());

/** As pdata's Value.AsString prints them, which the collector's exporter uses. */
const VALUES: readonly [Json, string][] = [
  ['text', 'text'],
  ['', ''],
  [undefined, ''],
  [0, '0'],
  [-1n, '-1'],
  [9223372036854775807n, '9223372036854775807'],
  [-9223372036854775808n, '-9223372036854775808'],
  [true, 'true'],
  [false, 'false'],
  [0.1, '0.1'],
  [1 / 3, '0.3333333333333333'],
  [-0, '-0'],
  [0.000001, '0.000001'],
  [1e-7, '1e-7'],
  [1.5e-10, '1.5e-10'],
  [5e-324, '5e-324'],
  [1e20, '100000000000000000000'],
  [1e21, '1e+21'],
  [-1.7976931348623157e308, '-1.7976931348623157e+308'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [new Uint8Array(), ''],
  [Uint8Array.of(0, 255, 1), 'AP8B'],
  [[], '[]'],
  [{}, '{}'],
  [['a', 1, true, 0.5, ''], '["a",1,true,0.5,""]'],
  [[undefined, Uint8Array.of(0, 255, 1), 1e21], '[null,"AP8B",1e+21]'],
  [{ b: 1, a: 'x/y<&>"\\\n\u2028' }, '{"a":"x/y<&>\\"\\\\\\n\\u2028","b":1}'],
  // The exporter writes nothing at all where one of these is inside.
  [[Number.NaN, Number.NEGATIVE_INFINITY], '["NaN","-Infinity"]'],
];

test('an attribute is the text that the exporter makes of it', async () => {
  const record = {
    attributes: VALUES.map(([value], index) => ({ key: `v${index}`, value: anyValue(value) })),
  };
  const request = { resourceLogs: [{ scopeLogs: [{ scope: { name: 'values' }, logRecords: [record] }] }] };
  await insert(store.connection, 'logs', encodeRequest('logs', request));
  const [row] = await store.connection.query<{ LogAttributes: Record<string, string> }>(
    "SELECT LogAttributes FROM otel_logs WHERE ScopeName = 'values'",
  );
  expect(row?.LogAttributes).toEqual(
    Object.fromEntries(VALUES.map(([, text], index) => [`v${index}`, text])),
  );
});

test('a body is the same text', async () => {
  const logRecords = VALUES.map(([value], index) => ({ timeUnixNano: index + 1, body: anyValue(value) }));
  await insert(
    store.connection,
    'logs',
    encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ scope: { name: 'bodies' }, logRecords }] }] }),
  );
  const rows = await store.connection.query<{ Body: string }>(
    "SELECT Body FROM otel_logs WHERE ScopeName = 'bodies' ORDER BY Timestamp",
  );
  expect(rows.map((row) => row.Body)).toEqual(VALUES.map(([, text]) => text));
});

test('an attribute keeps what lies deeper than one level as its bytes, a body deeper than three', async () => {
  const deep = { a: [1, { b: ['c', { d: 'e' }] }], f: { g: 'h' } };
  const record = { attributes: attributes({ deep }), body: anyValue(deep) };
  await insert(
    store.connection,
    'logs',
    encodeRequest('logs', {
      resourceLogs: [{ scopeLogs: [{ scope: { name: 'deep' }, logRecords: [record] }] }],
    }),
  );
  const [row] = await store.connection.query<{ Body: string; Deep: string }>(
    "SELECT Body, LogAttributes['deep'] AS Deep FROM otel_logs WHERE ScopeName = 'deep'",
  );
  const body = JSON.parse(row!.Body);
  const mark = { 'otlp.array_value': expect.any(String) };
  expect(body).toEqual({ a: [1, { b: mark }], f: { g: 'h' } });
  const inner = Buffer.from(body.a[1].b['otlp.array_value'], 'base64');
  expect(inner.includes('c') && inner.includes('d') && inner.includes('e')).toBe(true);
  expect(JSON.parse(row!.Deep)).toEqual({ a: mark, f: { 'otlp.kvlist_value': expect.any(String) } });
});
