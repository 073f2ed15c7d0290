import { afterAll, beforeAll, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { OpenedStore } from '../testing/connections.ts';
import { isUnreadable } from './is-unreadable.ts';
import type { Signal } from './signal.ts';
import { attributes, encodeRequest, type Json } from './testing/encode-request.ts';
import { insert, openMigrated } from './testing/open-store.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
});
afterAll(() => store[Symbol.asyncDispose]());

/** A view that threw would fail the batch of everyone whose requests came at the same time. */
const time = fc.constantFrom(
  '0',
  '1',
  '1795000000000000000',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
);
const int32 = fc.constantFrom(0, 1, -1, 7, 255, 2147483647, -2147483648);
const double = fc.constantFrom(
  0,
  -0,
  1,
  1e308,
  -1e308,
  5e-324,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
);
const bytes = fc.constantFrom(0, 1, 8, 16, 17).map((length) => new Uint8Array(length).fill(0xc3));
const text = fc.constantFrom('', 'x', '\u0000', 'ä\u{1f600}', '\'\\"`{}:,');
const step = fc.constantFrom<Json>(
  0,
  3,
  -1,
  '7',
  '7.9',
  'x',
  '',
  '1e400',
  1e300,
  -1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  9223372036854775807n,
  -9223372036854775808n,
  [],
  {},
  true,
  undefined,
);
const keys = fc.record(
  {
    epoch: step,
    batch: step,
    rank: step,
    'label.x': step,
    'ml.run.status': step,
    'ml.run.heartbeat.interval': step,
  },
  { requiredKeys: [] },
);
const own = keys.map((values) => [
  ...attributes({ 'job.id': 'hostile', ...values }),
  ...attributes({ batch: 1, '': '' }),
]);

const point = { startTimeUnixNano: time, timeUnixNano: time, attributes: own, flags: int32.map(Math.abs) };
const totals = { count: time, sum: double, min: double, max: double };
const exemplars = fc.array(
  fc.record({ timeUnixNano: time, asDouble: double, traceId: bytes, spanId: bytes, filteredAttributes: own }),
  { maxLength: 2 },
);
const counts = fc.array(time, { maxLength: 3 });
const numbers = fc.array(fc.record({ ...point, asDouble: double, exemplars }), { maxLength: 3 });
const buckets = fc.record({ offset: int32, bucketCounts: counts });
const points = (more: object) => fc.array(fc.record({ ...point, ...totals, ...more }), { maxLength: 2 });
const named = { name: fc.constantFrom('ml.training.loss', 'ml.training.', '', 'x'), unit: text };
const metric = fc.oneof(
  fc.record({ ...named, gauge: fc.record({ dataPoints: numbers }) }),
  fc.record({ ...named, sum: fc.record({ dataPoints: numbers, aggregationTemporality: int32 }) }),
  fc.record({
    ...named,
    histogram: fc.record({
      dataPoints: points({ bucketCounts: counts, explicitBounds: fc.array(double), exemplars }),
    }),
  }),
  fc.record({
    ...named,
    exponentialHistogram: fc.record({
      dataPoints: points({ scale: int32, zeroCount: time, positive: buckets, negative: buckets, exemplars }),
    }),
  }),
  fc.record({
    ...named,
    summary: fc.record({
      dataPoints: points({
        quantileValues: fc.array(fc.record({ quantile: double, value: double }), { maxLength: 2 }),
      }),
    }),
  }),
);
const span = fc.record({
  traceId: bytes,
  spanId: bytes,
  parentSpanId: bytes,
  traceState: text,
  name: text,
  kind: int32,
  startTimeUnixNano: time,
  endTimeUnixNano: time,
  attributes: own,
  events: fc.array(fc.record({ timeUnixNano: time, name: text, attributes: own }), { maxLength: 2 }),
  links: fc.array(fc.record({ traceId: bytes, attributes: own }), { maxLength: 2 }),
  status: fc.record({ code: int32, message: text }),
});
const record = fc.record({
  timeUnixNano: time,
  observedTimeUnixNano: time,
  severityNumber: int32,
  severityText: text,
  attributes: own,
  flags: int32.map((n) => n >>> 0),
  traceId: bytes,
  spanId: bytes,
  eventName: fc.constantFrom(
    '',
    'ml.run.started',
    'ml.run.config',
    'ml.run.finished',
    'ml.run.heartbeat',
    'ml.run.',
  ),
});

const REQUESTS: Record<Signal, fc.Arbitrary<object>> = {
  traces: fc.array(span).map((spans) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })),
  logs: fc.array(record).map((logRecords) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })),
  metrics: fc.array(metric).map((metrics) => ({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })),
};

test.each(['traces', 'logs', 'metrics'] as const)(
  'no value of %s makes a view throw',
  async (signal) => {
    await fc.assert(
      fc.asyncProperty(fc.array(REQUESTS[signal], { minLength: 20, maxLength: 20 }), async (requests) => {
        const bodies = requests.map((request) => encodeRequest(signal, request));
        await insert(store.connection, signal, Buffer.concat(bodies));
      }),
      { numRuns: 6 },
    );
    const table = signal === 'metrics' ? 'training_points' : `otel_${signal}`;
    const [row] = await store.connection.query<{ n: string }>(`SELECT count() AS n FROM ${table}`);
    expect(Number(row!.n)).toBeGreaterThan(0);
  },
  60_000,
);

test('a oneof with two members is refused as not readable, and nothing is written', async () => {
  const name = 'two members';
  const metrics = [
    { name, gauge: { dataPoints: [{ asDouble: 1 }] }, sum: { dataPoints: [{ asDouble: 1 }] } },
  ];
  const request = encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  const error = await insert(store.connection, 'metrics', request).catch((error) => error);
  expect(isUnreadable(error)).toBe(true);
  expect(
    await store.connection.query('SELECT 1 FROM otel_metrics_gauge WHERE MetricName = {name:String}', {
      params: { name },
    }),
  ).toEqual([]);
});
