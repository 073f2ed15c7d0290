import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OpenedStore } from '../testing/connections.ts';
import { batchToken } from './insert-statements.ts';
import { attributes, encodeRequest } from './testing/encode-request.ts';
import { insert, openMigrated } from './testing/open-store.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
});
afterAll(() => store[Symbol.asyncDispose]());

const TRACE = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
const SPAN = Buffer.from('0123456789abcdef', 'hex');
const PARENT = Buffer.from('fedcba9876543210', 'hex');

const RICH = {
  resourceSpans: [
    {
      resource: { attributes: attributes({ 'service.name': 'trainer', 'job.id': 'run-of-resource' }) },
      scopeSpans: [
        {
          scope: { name: 'lib', version: '1.2', attributes: attributes({ a: 1 }) },
          spans: [
            {
              traceId: TRACE,
              spanId: SPAN,
              parentSpanId: PARENT,
              traceState: 'k=v',
              name: 'step',
              kind: 3,
              startTimeUnixNano: '1795000000123456789',
              endTimeUnixNano: '1795000001123456790',
              attributes: attributes({ 'job.id': 'run-of-span', batch: 7 }),
              events: [
                {
                  timeUnixNano: '1795000000200000001',
                  name: 'exception',
                  attributes: attributes({ 'exception.type': 'ValueError' }),
                },
                { timeUnixNano: '1795000000200000002', name: 'plain' },
              ],
              links: [
                {
                  traceId: TRACE,
                  spanId: PARENT,
                  traceState: 'l=1',
                  attributes: attributes({ why: 'retry' }),
                },
              ],
              status: { code: 2, message: 'it broke' },
            },
            { name: 'bare', attributes: [] },
          ],
        },
      ],
    },
  ],
};

test('every column of a span that has everything', async () => {
  const receivedAt = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
  await insert(store.connection, 'traces', encodeRequest('traces', RICH), batchToken(receivedAt, 'rich'));
  const [row] = await store.connection.query<object>(
    "SELECT *, RunId FROM otel_traces WHERE SpanName = 'step'",
  );
  expect(row).toEqual({
    Timestamp: '2026-11-18 11:06:40.123456789',
    TraceId: TRACE.toString('hex'),
    SpanId: SPAN.toString('hex'),
    ParentSpanId: PARENT.toString('hex'),
    TraceState: 'k=v',
    SpanName: 'step',
    SpanKind: 'Client',
    ServiceName: 'trainer',
    ResourceAttributes: { 'service.name': 'trainer', 'job.id': 'run-of-resource' },
    ScopeName: 'lib',
    ScopeVersion: '1.2',
    SpanAttributes: { 'job.id': 'run-of-span', batch: '7' },
    Duration: '1000000001',
    StatusCode: 'Error',
    StatusMessage: 'it broke',
    'Events.Timestamp': ['2026-11-18 11:06:40.200000001', '2026-11-18 11:06:40.200000002'],
    'Events.Name': ['exception', 'plain'],
    'Events.Attributes': [{ 'exception.type': 'ValueError' }, {}],
    'Links.TraceId': [TRACE.toString('hex')],
    'Links.SpanId': [PARENT.toString('hex')],
    'Links.TraceState': ['l=1'],
    'Links.Attributes': [{ why: 'retry' }],
    ReceivedAt: '2026-02-03 04:05:06',
    RunId: 'run-of-span',
  });
});

test('a span with nothing in it, and the run of its resource', async () => {
  const [row] = await store.connection.query<Record<string, unknown>>(
    "SELECT *, RunId FROM otel_traces WHERE SpanName = 'bare'",
  );
  expect(row).toMatchObject({
    Timestamp: '1970-01-01 00:00:00.000000000',
    TraceId: '',
    SpanId: '',
    ParentSpanId: '',
    SpanKind: 'Unspecified',
    StatusCode: 'Unset',
    SpanAttributes: {},
    Duration: '0',
    'Events.Name': [],
    'Links.TraceId': [],
    RunId: 'run-of-resource',
  });
});

test('kinds and codes that OTLP does not have, and a span that ends before it begins', async () => {
  const spans = [
    { name: 'odd', kind: 17, status: { code: -1 }, startTimeUnixNano: '10', endTimeUnixNano: '9' },
    { name: 'odd', kind: -1, status: { code: 9 }, startTimeUnixNano: '10', endTimeUnixNano: '9' },
  ];
  const request = encodeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
  await insert(store.connection, 'traces', request);
  const rows = await store.connection.query<object>(
    "SELECT SpanKind, StatusCode, Duration FROM otel_traces WHERE SpanName = 'odd'",
  );
  const row = { SpanKind: '', StatusCode: '', Duration: (2n ** 64n - 1n).toString() };
  expect(rows).toEqual([row, row]);
});

test('an id of zeros is none', async () => {
  const spans = [{ name: 'zeros', traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) }];
  await insert(
    store.connection,
    'traces',
    encodeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  );
  expect(
    await store.connection.query("SELECT TraceId, SpanId FROM otel_traces WHERE SpanName = 'zeros'"),
  ).toEqual([{ TraceId: '', SpanId: '' }]);
});

test('from a trace id to its time', async () => {
  const rows = await store.connection.query(
    'SELECT TraceId, Start, End FROM otel_traces_trace_id_ts FINAL WHERE TraceId = {id:String}',
    { params: { id: TRACE.toString('hex') } },
  );
  expect(rows).toEqual([
    {
      TraceId: TRACE.toString('hex'),
      Start: '2026-11-18 11:06:40.123456789',
      End: '2026-11-18 11:06:41.123456790',
    },
  ]);
});
