import { expect, test } from 'bun:test';
import { batchToken, insertStatement } from './insert-statements.ts';
import type { Signal } from './signal.ts';
import { anyValue, attributes, encodeRequest, type Json } from './testing/encode-request.ts';
import { openMigrated } from './testing/open-store.ts';

/** Makes the batch that it is in go to the wide tables, and leaves no row, or one that is not looked at. */
const WIDENERS: Readonly<Record<Signal, object>> = {
  traces: {
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'widener', attributes: attributes({ list: [] }) }] }] }],
  },
  logs: { resourceLogs: [{ scopeLogs: [{ scope: { attributes: attributes({ list: [] }) } }] }] },
  metrics: { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'none', summary: {} }] }] }] },
};

const VALUES: { [key: string]: Json } = {
  z: 'last first',
  a: '',
  bytes: new Uint8Array([0, 255]),
  'job.id': 'run-1',
  big: 2n ** 63n - 1n,
  low: -(2n ** 63n),
  tiny: 1e-7,
  large: 1e21,
  nan: Number.NaN,
  infinite: Number.NEGATIVE_INFINITY,
  yes: true,
  no: false,
  none: undefined,
  'not \0 only ☃ letters': '"\\\n',
};
const ALL = attributes(VALUES);
const TWICE = [...attributes({ same: 1 }), ...attributes({ same: 2 })];
const ID = Uint8Array.from({ length: 16 }, (_, index) => index * 3);
const resource = {
  attributes: [...ALL, ...attributes({ 'service.name': 'all', list: ['x', 1], map: { b: 1, a: [] } })],
};
const scope = { name: 'scope', version: '1', attributes: ALL, droppedAttributesCount: 3 };
const point = (values: object) => ({
  startTimeUnixNano: '5',
  timeUnixNano: '1795000000000000001',
  attributes: ALL,
  ...values,
});

const REQUESTS = {
  traces: {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            scope,
            spans: [
              {},
              {
                traceId: ID,
                spanId: ID.subarray(0, 8),
                parentSpanId: ID.subarray(8),
                traceState: 'a=b',
                name: 'all',
                kind: 5,
                startTimeUnixNano: '1795000000000000001',
                endTimeUnixNano: '1795000000000000000',
                attributes: ALL,
                events: [{ timeUnixNano: '7', name: 'event', attributes: ALL }, { attributes: TWICE }],
                links: [{ traceId: ID, spanId: ID.subarray(1, 9), traceState: 'c=d', attributes: ALL }, {}],
                status: { code: 2, message: 'broken' },
              },
              { traceId: new Uint8Array(16), attributes: TWICE, kind: 77, status: { code: 9 } },
            ],
          },
          { spans: [{ name: 'no scope' }] },
        ],
      },
      { scopeSpans: [{ spans: [{ name: 'no resource' }] }] },
    ],
  },
  logs: {
    resourceLogs: [
      {
        resource,
        schemaUrl: 'https://r',
        scopeLogs: [
          {
            scope,
            schemaUrl: 'https://s',
            logRecords: [
              {},
              ...Object.values(VALUES).map((value, index) => ({
                timeUnixNano: String(1_795_000_000_000_000_000n + BigInt(index)),
                body: anyValue(value),
                attributes: index % 2 ? ALL : TWICE,
              })),
              {
                observedTimeUnixNano: '1795000000000000999',
                severityNumber: 17,
                severityText: 'ERROR',
                flags: 257,
                traceId: ID,
                spanId: ID.subarray(0, 8),
                eventName: 'ml.run.started',
                attributes: attributes({ 'job.id': 'run-1', 'label.a': 'b', rank: 0 }),
              },
            ],
          },
        ],
      },
    ],
  },
  metrics: {
    resourceMetrics: [
      {
        resource,
        schemaUrl: 'https://r',
        scopeMetrics: [
          {
            scope,
            schemaUrl: 'https://s',
            metrics: [
              { name: 'nothing' },
              {
                name: 'ml.training.loss',
                unit: '1',
                description: 'd',
                gauge: {
                  dataPoints: [
                    point({ asDouble: Number.NaN, flags: 2 }),
                    point({ asInt: -4, attributes: TWICE }),
                    point({}),
                    point({ flags: 1 }),
                  ],
                },
              },
              {
                name: 'sum',
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: true,
                  dataPoints: [point({ asInt: '9007199254740993' }), point({ flags: 1, asDouble: 3 })],
                },
              },
              {
                name: 'histogram',
                histogram: {
                  aggregationTemporality: 1,
                  dataPoints: [
                    point({
                      count: 3,
                      sum: 1.5,
                      bucketCounts: [1, 2],
                      explicitBounds: [0.5],
                      min: -1,
                      max: 9,
                    }),
                    point({ flags: 1 }),
                    point({}),
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  },
};

const TABLES: readonly [Signal, string][] = [
  ['traces', 'otel_traces'],
  ['traces', 'otel_traces_trace_id_ts'],
  ['logs', 'otel_logs'],
  ['logs', 'training_runs'],
  ['metrics', 'otel_metrics_gauge'],
  ['metrics', 'otel_metrics_sum'],
  ['metrics', 'otel_metrics_histogram'],
  ['metrics', 'training_points'],
];

/** Rows of every table after one batch of each signal, as text. */
async function store(
  requests: Readonly<Record<Signal, object>>,
  extra: Readonly<Record<Signal, Uint8Array>>,
  expectInto: (signal: Signal) => string,
) {
  await using opened = await openMigrated();
  const { connection } = opened;
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    const body = Buffer.concat([encodeRequest(signal, requests[signal]), extra[signal]]);
    const statement = insertStatement(signal, body, batchToken(1_795_000_000_000, signal));
    expect(statement.into).toBe(expectInto(signal));
    await connection.insertBytes(statement);
  }
  const rows: Record<string, string[]> = {};
  for (const [, table] of TABLES) {
    const read = await connection.query<object>(`SELECT * FROM ${table} ORDER BY ALL`);
    rows[table] = read
      .filter((row) => (row as { SpanName?: string }).SpanName !== 'widener')
      .map((row) => Bun.inspect(row, { depth: 9 }));
  }
  return rows;
}

const NOTHING = { traces: new Uint8Array(), logs: new Uint8Array(), metrics: new Uint8Array() };
const WIDE = {
  traces: encodeRequest('traces', WIDENERS.traces),
  logs: encodeRequest('logs', WIDENERS.logs),
  metrics: encodeRequest('metrics', WIDENERS.metrics),
};

test('a batch gives the same rows through the narrow tables as through the wide ones', async () => {
  const narrow = await store(REQUESTS, NOTHING, (signal) => `otlp_${signal}_plain`);
  const wide = await store(REQUESTS, WIDE, (signal) => `otlp_${signal}`);
  for (const [, table] of TABLES) expect([table, narrow[table]!.length > 0]).toEqual([table, true]);
  expect(narrow).toEqual(wide);
}, 60_000);

test('gauges give the same rows through their own table as through the wide one', async () => {
  const first = REQUESTS.metrics.resourceMetrics[0]!;
  const scoped = first.scopeMetrics[0]!;
  const gauges = scoped.metrics.filter(({ name }) => name === 'nothing' || name === 'ml.training.loss');
  const requests = {
    ...REQUESTS,
    metrics: {
      resourceMetrics: [
        { ...first, scopeMetrics: [{ ...scoped, metrics: gauges }, {}, { metrics: gauges }] },
        {},
        { scopeMetrics: [{ metrics: gauges }] },
      ],
    },
  };
  const narrow = await store(requests, NOTHING, (signal) =>
    signal === 'metrics' ? 'otlp_gauges' : `otlp_${signal}_plain`,
  );
  const wide = await store(requests, WIDE, (signal) => `otlp_${signal}`);
  expect(narrow.otel_metrics_gauge).toHaveLength(9);
  expect(narrow.training_points!.length).toBeGreaterThan(0);
  expect(narrow).toEqual(wide);
}, 60_000);
