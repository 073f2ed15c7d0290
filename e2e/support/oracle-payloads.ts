import {
  anyValue,
  attributes,
  type Json,
} from '../../packages/telemetry-store/src/ingest/testing/encode-request.ts';

/** Values of every type that an attribute or a body can have, empty and extreme ones among them. */
export const VALUES: { readonly [key: string]: Json } = {
  text: 'text',
  empty: '',
  unset: undefined,
  unicode: 'ä€😀\u0000\t"\\/<&>\u2028',
  zero: 0,
  'int.max': 9223372036854775807n,
  'int.min': -9223372036854775808n,
  true: true,
  false: false,
  half: 0.5,
  third: 1 / 3,
  'minus.zero': -0,
  small: 1e-7,
  'not.so.small': 0.000001,
  tiny: 5e-324,
  large: 1e21,
  'not.so.large': 123456789012345680000,
  huge: -1.7976931348623157e308,
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  'minus.inf': Number.NEGATIVE_INFINITY,
  bytes: Uint8Array.of(0, 255, 1, 2),
  'no.bytes': new Uint8Array(),
  array: ['a', '', 1, 9223372036854775807n, true, 0.5, 1e21, 1e-7, undefined, Uint8Array.of(1)],
  'empty.array': [],
  map: { z: 1, a: 'ä/<&>"\\\n\u0001\u2028', '': true },
  'empty.map': {},
};

const RESOURCE = {
  attributes: attributes({ 'service.name': 'oracle', 'job.id': 'run', ...VALUES }),
};
const SCOPE = { name: 'lib', version: '1', attributes: attributes(VALUES), droppedAttributesCount: 3 };
const SCHEMAS = { schemaUrl: 'https://example.org/schema' };
const TRACE = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
const SPAN = Buffer.from('0123456789abcdef', 'hex');
const TIMES = { startTimeUnixNano: '1795000000000000001', timeUnixNano: '1795000001123456789' };
const LAST = '9223372036854775807';

const spans = [
  ...[0, 1, 2, 3, 4, 5, 6].map((kind) => ({
    name: `kind ${kind}`,
    kind,
    startTimeUnixNano: '1795000000000000001',
    endTimeUnixNano: '1795000000000000009',
    traceId: TRACE,
    spanId: SPAN,
    status: { code: kind % 4, message: kind === 2 ? 'it broke' : '' },
  })),
  {
    name: 'rich',
    traceId: TRACE,
    spanId: SPAN,
    parentSpanId: SPAN,
    traceState: 'a=b,c=d',
    startTimeUnixNano: '1795000000000000001',
    endTimeUnixNano: '1795000000000000000',
    attributes: attributes(VALUES),
    events: [
      { timeUnixNano: '1795000000000000005', name: 'e', attributes: attributes(VALUES) },
      { name: 'bare' },
    ],
    links: [{ traceId: TRACE, spanId: SPAN, traceState: 'x=y', attributes: attributes(VALUES) }, {}],
  },
  { name: 'repeated key', attributes: [...attributes({ k: 1, b: 2 }), ...attributes({ k: 3 })] },
  {},
];

const logRecords = [
  ...Object.values(VALUES).map((value, index) => ({ timeUnixNano: index + 1, body: anyValue(value) })),
  {
    timeUnixNano: '1795000000000000001',
    observedTimeUnixNano: '1795000000000000002',
    severityNumber: 24,
    severityText: 'FATAL',
    body: anyValue({ a: { b: [1, undefined, []] }, c: [[1], { d: 'e' }] }),
    attributes: attributes(VALUES),
    flags: 0xffffffff,
    traceId: TRACE,
    spanId: SPAN,
    eventName: 'an.event',
  },
  ...['ml.run.started', 'ml.run.config', 'ml.run.heartbeat', 'ml.run.finished'].map((eventName, index) => ({
    timeUnixNano: String(1795000000000000010n + BigInt(index)),
    eventName,
    body: anyValue(eventName === 'ml.run.config' ? { lr: 0.1 } : undefined),
    attributes: attributes({
      'job.id': 'run',
      'label.team': 'x',
      'ml.run.status': 'failed',
      'ml.run.heartbeat.interval': 30,
    }),
  })),
  { observedTimeUnixNano: '1795000000000000002' },
  { timeUnixNano: LAST },
  {},
];

const exemplars = [
  {
    timeUnixNano: '1795000000000000003',
    asDouble: 1.5,
    traceId: TRACE,
    spanId: SPAN,
    filteredAttributes: attributes(VALUES),
  },
  { asInt: -3 },
  {},
];
const point = { ...TIMES, attributes: attributes({ 'job.id': 'run', ...VALUES }), exemplars };
const totals = { count: '18446744073709551615', sum: -1.5, min: -9, max: 9, flags: 2 };
const numbers = [
  { ...point, asDouble: 1.5 },
  { ...point, asInt: '9007199254740993' },
  { ...point, asDouble: Number.NaN },
  { ...point, asDouble: Number.NEGATIVE_INFINITY },
  {},
];
const metrics = [
  { name: 'g', description: 'd', unit: 'u', gauge: { dataPoints: numbers } },
  { name: 's', sum: { dataPoints: numbers, aggregationTemporality: 2, isMonotonic: true } },
  { name: 's.delta', sum: { dataPoints: numbers, aggregationTemporality: 1 } },
  {
    name: 'h',
    histogram: {
      aggregationTemporality: 1,
      dataPoints: [
        { ...point, ...totals, bucketCounts: [0, '18446744073709551615'], explicitBounds: [0.5] },
        {},
      ],
    },
  },
  {
    name: 'e',
    exponentialHistogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          ...point,
          ...totals,
          scale: -10,
          zeroCount: 7,
          positive: { offset: -5, bucketCounts: [1, 2] },
          negative: { offset: 5, bucketCounts: [3] },
        },
        {},
      ],
    },
  },
  {
    name: 'q',
    summary: {
      dataPoints: [
        {
          ...TIMES,
          count: 3,
          sum: 4.5,
          attributes: attributes(VALUES),
          quantileValues: [
            { quantile: 0.5, value: 2 },
            { quantile: 1, value: Number.NaN },
          ],
        },
        {},
      ],
    },
  },
  { name: 'no points', gauge: {} },
  {
    name: 'ml.training.loss',
    gauge: {
      dataPoints: [0, 1, 2, 3].map((batch) => ({
        ...TIMES,
        asDouble: batch === 2 ? Number.NaN : 1 / batch,
        attributes: attributes({ 'job.id': 'run', batch, epoch: batch / 2, 'model.name': 'm', dataset: 'd' }),
      })),
    },
  },
];

/** One request of each signal, with everything in it that both ways in store alike. */
export const SAME = {
  traces: {
    resourceSpans: [
      { resource: RESOURCE, ...SCHEMAS, scopeSpans: [{ scope: SCOPE, ...SCHEMAS, spans }, {}] },
      {},
    ],
  },
  logs: {
    resourceLogs: [
      { resource: RESOURCE, ...SCHEMAS, scopeLogs: [{ scope: SCOPE, ...SCHEMAS, logRecords }, {}] },
      {},
    ],
  },
  metrics: {
    resourceMetrics: [
      { resource: RESOURCE, ...SCHEMAS, scopeMetrics: [{ scope: SCOPE, ...SCHEMAS, metrics }, {}] },
      {},
    ],
  },
};
