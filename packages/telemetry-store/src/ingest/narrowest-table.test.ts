import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { narrowestTable } from './narrowest-table.ts';
import type { Signal } from './signal.ts';
import { anyValue, attributes, encodeRequest, type Json } from './testing/encode-request.ts';

const RESOURCE = {
  attributes: attributes({ 'service.name': 'a', 'process.command_args': ['bun', 'main.ts'] }),
};
const traces = (span: object) => ({
  resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ spans: [{}, span] }] }],
});
const logs = (logRecord: object, scope: object = {}) => ({
  resourceLogs: [{ resource: RESOURCE, scopeLogs: [{ scope, logRecords: [{}, logRecord] }] }],
});
const metrics = (metric: object, scope: object = {}) => ({
  resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ scope, metrics: [{}, metric] }] }],
});
const TEXTS = attributes({
  text: 'x',
  yes: true,
  whole: -5,
  half: 0.5,
  bytes: new Uint8Array([1, 2]),
  none: undefined,
});
const LISTS = attributes({ text: 'x', list: [] });
const MAPS = attributes({ map: { a: 1 } });

const PLAIN: readonly [Signal, string, object][] = [
  [
    'traces',
    'a span',
    traces({ attributes: TEXTS, events: [{ attributes: TEXTS }], links: [{ attributes: TEXTS }] }),
  ],
  ['logs', 'a log record', logs({ body: anyValue('text'), attributes: TEXTS }, { attributes: TEXTS })],
  [
    'metrics',
    'a gauge',
    metrics({ gauge: { dataPoints: [{ attributes: TEXTS, asDouble: 1 }] } }, { attributes: TEXTS }),
  ],
  ['metrics', 'a sum', metrics({ sum: { dataPoints: [{ attributes: TEXTS, asInt: 1 }] } })],
  [
    'metrics',
    'a histogram',
    metrics({ histogram: { dataPoints: [{ attributes: TEXTS, bucketCounts: [1, 2], min: 0 }] } }),
  ],
];

const tableOf = (signal: Signal, bytes: Uint8Array) => narrowestTable(signal, bytes).name;

test.each(PLAIN)('%s: %s with texts and numbers is plain', (signal, what, request) => {
  const name = what === 'a gauge' ? 'otlp_gauges' : `otlp_${signal}_plain`;
  expect(narrowestTable(signal, encodeRequest(signal, request))).toEqual({ name, isPlain: true });
});

test.each(['sum', 'histogram'])('gauges and a %s are plain together, in either order', (other) => {
  const gauge = encodeRequest('metrics', metrics({ gauge: { dataPoints: [{ asDouble: 1 }] } }));
  const others = encodeRequest('metrics', metrics({ [other]: {} }));
  expect(tableOf('metrics', Buffer.concat([gauge, gauge]))).toBe('otlp_gauges');
  expect(tableOf('metrics', Buffer.concat([gauge, others]))).toBe('otlp_metrics_plain');
  expect(tableOf('metrics', Buffer.concat([others, gauge]))).toBe('otlp_metrics_plain');
});

const NESTED: readonly [Signal, string, object][] = [
  ['traces', 'an array in a span', traces({ attributes: LISTS })],
  ['traces', 'a map in a span', traces({ attributes: MAPS })],
  ['traces', 'an array in an event', traces({ events: [{ attributes: LISTS }] })],
  ['traces', 'an array in a link', traces({ links: [{ attributes: LISTS }] })],
  ['logs', 'an array in a log record', logs({ attributes: LISTS })],
  ['logs', 'a map as the body', logs({ body: anyValue({ a: 1 }) })],
  ['logs', 'an array in a scope', logs({}, { attributes: LISTS })],
  ['metrics', 'an array in a scope', metrics({}, { attributes: LISTS })],
  ['metrics', 'an array in a gauge', metrics({ gauge: { dataPoints: [{ attributes: LISTS }] } })],
  ['metrics', 'a map in a sum', metrics({ sum: { dataPoints: [{ attributes: MAPS }] } })],
  ['metrics', 'a map in a histogram', metrics({ histogram: { dataPoints: [{ attributes: MAPS }] } })],
  ['metrics', 'an exemplar of a sum', metrics({ sum: { dataPoints: [{ exemplars: [{}] }] } })],
  ['metrics', 'an exemplar of a histogram', metrics({ histogram: { dataPoints: [{ exemplars: [{}] }] } })],
  ['metrics', 'an exponential histogram', metrics({ exponentialHistogram: { dataPoints: [{}] } })],
  ['metrics', 'a summary', metrics({ summary: {} })],
];

test.each(NESTED)('%s: %s is not, and neither is a batch with it', (signal, _what, request) => {
  const nested = encodeRequest(signal, request);
  const plain = encodeRequest(signal, PLAIN.find(([other]) => other === signal)![2]);
  expect(narrowestTable(signal, nested)).toEqual({ name: `otlp_${signal}`, isPlain: false });
  expect(narrowestTable(signal, Buffer.concat([plain, nested])).isPlain).toBe(false);
  expect(narrowestTable(signal, Buffer.concat([plain, plain])).isPlain).toBe(true);
});

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const value = fc.oneof(
  { weight: 9, arbitrary: scalar },
  fc.array(scalar),
  fc.dictionary(fc.string(), scalar),
);

describe('whatever the values are', () => {
  test('those decide, wherever they are', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), value, (values, body) => {
        const made = values.map((one, index) => ({ key: `k${index}`, value: anyValue(one) }));
        const request = encodeRequest('logs', logs({ body: anyValue(body), attributes: made }));
        const isScalar = (one: Json) => typeof one !== 'object';
        expect(narrowestTable('logs', request).isPlain).toBe(isScalar(body) && values.every(isScalar));
      }),
    );
  });

  test('bytes that are no request end, and end within themselves', () => {
    fc.assert(
      fc.property(fc.constantFrom<Signal>('traces', 'logs', 'metrics'), fc.uint8Array(), (signal, bytes) => {
        expect(tableOf(signal, bytes)).toStartWith('otlp_');
      }),
    );
  });

  test.each(PLAIN)('%s: %s that is cut short anywhere is not plain', (signal, _what, request) => {
    const bytes = encodeRequest(signal, request);
    for (let end = 1; end < bytes.length; end++)
      expect(narrowestTable(signal, bytes.subarray(0, end)).isPlain).toBe(false);
    expect(narrowestTable(signal, new Uint8Array()).isPlain).toBe(true);
  });
});

test('a field of another wire type than its own, a group, and a tag without end are not plain', () => {
  for (const bytes of [
    [0x08, 1],
    [0x0b, 0x0c],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
    [0x0a, 4, 0x12, 2, 0x10, 1],
    [0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
  ])
    expect(narrowestTable('traces', Uint8Array.from(bytes)).isPlain).toBe(false);
});
