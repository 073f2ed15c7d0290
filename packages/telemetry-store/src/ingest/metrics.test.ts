import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OpenedStore } from '../testing/connections.ts';
import { batchToken } from './insert-statements.ts';
import { attributes, encodeRequest } from './testing/encode-request.ts';
import { insert, openMigrated } from './testing/open-store.ts';

const POINT = {
  startTimeUnixNano: '1795000000000000001',
  timeUnixNano: '1795000001000000002',
  attributes: attributes({ 'job.id': 'run-1', rank: 3 }),
};
const EXEMPLARS = [
  {
    timeUnixNano: '1795000000500000003',
    asDouble: 2.5,
    traceId: Buffer.from('0123456789abcdef0123456789abcdef', 'hex'),
    spanId: Buffer.from('0123456789abcdef', 'hex'),
    filteredAttributes: attributes({ user: 'u' }),
  },
  { timeUnixNano: '1795000000600000004', asInt: -4 },
];
const NO_VALUE = { timeUnixNano: '1795000002000000000', flags: 1 };
const BUCKETS = { count: 6, sum: 21.5, min: 1, max: 9, flags: 2, exemplars: EXEMPLARS };

const METRICS = [
  {
    name: 'g',
    description: 'a gauge',
    unit: '1',
    gauge: { dataPoints: [{ ...POINT, asDouble: 0.25, exemplars: EXEMPLARS }, NO_VALUE] },
  },
  {
    name: 'g.int',
    gauge: { dataPoints: [{ ...POINT, asInt: -7 }, { ...POINT, asDouble: Number.NaN }, POINT] },
  },
  {
    name: 's',
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [{ ...POINT, asInt: 7, exemplars: EXEMPLARS }, NO_VALUE],
    },
  },
  {
    name: 'h',
    histogram: {
      aggregationTemporality: 1,
      dataPoints: [{ ...POINT, ...BUCKETS, bucketCounts: [1, 2, 3], explicitBounds: [0.5, 5] }, NO_VALUE],
    },
  },
  {
    name: 'e',
    exponentialHistogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          ...POINT,
          ...BUCKETS,
          scale: -3,
          zeroCount: 1,
          positive: { offset: -2, bucketCounts: [1, 0, 300] },
          negative: { offset: 4, bucketCounts: [2] },
        },
        NO_VALUE,
      ],
    },
  },
  {
    name: 'q',
    summary: {
      dataPoints: [
        {
          ...POINT,
          count: 4,
          sum: 10,
          quantileValues: [
            { quantile: 0.5, value: 2 },
            { quantile: 1, value: 9 },
          ],
        },
        NO_VALUE,
      ],
    },
  },
  { name: 'empty', gauge: {} },
  { name: 'unset' },
];

const COMMON = {
  ResourceAttributes: { 'service.name': 'trainer' },
  ResourceSchemaUrl: 'https://example.org/resource',
  ScopeName: 'lib',
  ScopeVersion: '1.2',
  ScopeAttributes: { a: '1' },
  ScopeDroppedAttrCount: 5,
  ScopeSchemaUrl: 'https://example.org/scope',
  ServiceName: 'trainer',
  MetricDescription: '',
  MetricUnit: '',
  Attributes: { 'job.id': 'run-1', rank: '3' },
  StartTimeUnix: '2026-11-18 11:06:40.000000001',
  TimeUnix: '2026-11-18 11:06:41.000000002',
  Flags: 0,
  ReceivedAt: '2026-02-03 04:05:06',
  RunId: 'run-1',
};
const NO_EXEMPLARS = {
  'Exemplars.FilteredAttributes': [],
  'Exemplars.TimeUnix': [],
  'Exemplars.Value': [],
  'Exemplars.SpanId': [],
  'Exemplars.TraceId': [],
};
const BOTH_EXEMPLARS = {
  'Exemplars.FilteredAttributes': [{ user: 'u' }, {}],
  'Exemplars.TimeUnix': ['2026-11-18 11:06:40.500000003', '2026-11-18 11:06:40.600000004'],
  'Exemplars.Value': [2.5, -4],
  'Exemplars.SpanId': ['0123456789abcdef', '0'.repeat(16)],
  'Exemplars.TraceId': ['0123456789abcdef0123456789abcdef', '0'.repeat(32)],
};

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
  const request = encodeRequest('metrics', {
    resourceMetrics: [
      {
        resource: { attributes: attributes({ 'service.name': 'trainer' }) },
        schemaUrl: 'https://example.org/resource',
        scopeMetrics: [
          {
            scope: {
              name: 'lib',
              version: '1.2',
              attributes: attributes({ a: 1 }),
              droppedAttributesCount: 5,
            },
            schemaUrl: 'https://example.org/scope',
            metrics: METRICS,
          },
        ],
      },
    ],
  });
  await insert(store.connection, 'metrics', request, batchToken(Date.UTC(2026, 1, 3, 4, 5, 6), 'all'));
});
afterAll(() => store[Symbol.asyncDispose]());

const rows = (type: string) =>
  store.connection.query<object>(
    `SELECT *, RunId FROM otel_metrics_${type} ORDER BY MetricName${type === 'gauge' ? ', Value' : ''}`,
  );

test('gauges: doubles, ints, NaN and no value; the flag NoRecordedValue is not a zero', async () => {
  expect(await rows('gauge')).toEqual([
    {
      ...COMMON,
      MetricName: 'g',
      MetricDescription: 'a gauge',
      MetricUnit: '1',
      Value: 0.25,
      ...BOTH_EXEMPLARS,
    },
    { ...COMMON, MetricName: 'g.int', Value: -7, ...NO_EXEMPLARS },
    { ...COMMON, MetricName: 'g.int', Value: 0, ...NO_EXEMPLARS },
    { ...COMMON, MetricName: 'g.int', Value: Number.NaN, ...NO_EXEMPLARS },
  ]);
});

test('sums', async () => {
  expect(await rows('sum')).toEqual([
    { ...COMMON, MetricName: 's', Value: 7, AggregationTemporality: 2, IsMonotonic: true, ...BOTH_EXEMPLARS },
  ]);
});

const TOTALS = { Count: '6', Sum: 21.5, Min: 1, Max: 9, Flags: 2 };

test('histograms', async () => {
  expect(await rows('histogram')).toEqual([
    {
      ...COMMON,
      ...TOTALS,
      MetricName: 'h',
      BucketCounts: ['1', '2', '3'],
      ExplicitBounds: [0.5, 5],
      AggregationTemporality: 1,
      ...BOTH_EXEMPLARS,
    },
  ]);
});

test('exponential histograms', async () => {
  expect(await rows('exponential_histogram')).toEqual([
    {
      ...COMMON,
      ...TOTALS,
      MetricName: 'e',
      Scale: -3,
      ZeroCount: '1',
      PositiveOffset: -2,
      PositiveBucketCounts: ['1', '0', '300'],
      NegativeOffset: 4,
      NegativeBucketCounts: ['2'],
      AggregationTemporality: 2,
      ...BOTH_EXEMPLARS,
    },
  ]);
});

test('summaries', async () => {
  expect(await rows('summary')).toEqual([
    {
      ...COMMON,
      MetricName: 'q',
      Count: '4',
      Sum: 10,
      'ValueAtQuantiles.Quantile': [0.5, 1],
      'ValueAtQuantiles.Value': [2, 9],
    },
  ]);
});
