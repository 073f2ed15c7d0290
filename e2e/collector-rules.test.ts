import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { attributes, type Json } from '../packages/telemetry-store/src/ingest/testing/encode-request.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { type Collector, startCollector } from './support/collector.ts';
import { sendOtlp } from './support/send-otlp.ts';
import { type ClickhouseFront, startMigratedFront } from './support/start-clickhouse-front.ts';

/** The first time the collector is built. */
setDefaultTimeout(20 * 60_000);

const SERVER = 2;
const CLIENT = 3;
const OK = 1;
const ERROR = 2;
const QUICK = 10;
const SLOW = 600;

interface Span {
  readonly name: string;
  readonly kind?: number;
  readonly status?: number;
  /** Milliseconds. */
  readonly lasts?: number;
  readonly attributes?: { readonly [key: string]: Json };
  /** Whether it has a parent that is elsewhere. */
  readonly inside?: boolean;
}

/** What must arrive of a trace (the first span is the root, the others its children), and what must not. */
interface TraceCase {
  readonly name: string;
  readonly resource?: { readonly [key: string]: Json };
  readonly spans: readonly Span[];
  readonly arrive: readonly string[];
}

/** A health check that would stay for being slow, with what the framework did below it. */
function healthCheck(name: string, checked: { readonly [key: string]: Json }): TraceCase {
  const root = { name: 'check', kind: SERVER, status: OK, lasts: SLOW, attributes: checked };
  return { name, spans: [root, { name: 'http send' }], arrive: [] };
}

function slowRequest(name: string, asked: { readonly [key: string]: Json }, kind = SERVER): TraceCase {
  return { name, spans: [{ name: 'request', kind, lasts: SLOW, attributes: asked }], arrive: ['request'] };
}

const TRACES: readonly TraceCase[] = [
  {
    name: 'an error below the root keeps the whole trace',
    spans: [{ name: 'root' }, { name: 'broken', status: ERROR }, { name: 'other' }],
    arrive: ['broken', 'other', 'root'],
  },
  { name: 'a slow trace stays', spans: [{ name: 'root', lasts: SLOW }], arrive: ['root'] },
  { name: 'a quick one goes', spans: [{ name: 'root' }, { name: 'child' }], arrive: [] },
  {
    name: 'a run by its resource stays',
    resource: { 'job.id': 'run' },
    spans: [{ name: 'step' }],
    arrive: ['step'],
  },
  {
    name: 'a run by its span stays',
    spans: [{ name: 'root' }, { name: 'step', attributes: { 'job.id': 'run' } }],
    arrive: ['root', 'step'],
  },
  {
    name: 'an empty run is none',
    resource: { 'job.id': '' },
    spans: [{ name: 'step' }],
    arrive: [],
  },
  healthCheck('health check by route', { 'http.route': '/healthz' }),
  healthCheck('health check by path', { 'url.path': '/readyz/' }),
  healthCheck('health check by target', { 'http.target': '/livez?verbose=1' }),
  healthCheck('health check by address', { 'http.url': 'http://host:80/health' }),
  healthCheck('health check whose route is a pattern', { 'url.path': '/metrics', 'http.route': '/{any}' }),
  healthCheck('health check over gRPC', { 'rpc.service': 'grpc.health.v1.Health' }),
  healthCheck('health check over gRPC, newer', { 'rpc.method': 'grpc.health.v1.Health/Check' }),
  { ...healthCheck('health check of a run', { 'url.path': '/healthz' }), resource: { 'job.id': 'run' } },
  {
    name: 'a health check that fails is an error',
    spans: [{ name: 'check', kind: SERVER, status: ERROR, attributes: { 'url.path': '/readyz' } }],
    arrive: ['check'],
  },
  {
    name: 'a health check inside another trace goes alone',
    spans: [
      { name: 'root', lasts: SLOW },
      { name: 'check', kind: SERVER, attributes: { 'url.path': '/healthz' } },
    ],
    arrive: ['root'],
  },
  {
    name: 'a health check with a parent elsewhere',
    spans: [
      { name: 'check', kind: SERVER, lasts: SLOW, attributes: { 'url.path': '/healthz' }, inside: true },
    ],
    arrive: [],
  },
  slowRequest('a path that only begins like one', { 'url.path': '/healthzone' }),
  slowRequest('a path that only ends like one', { 'url.path': '/patients/health' }),
  slowRequest('a path with one in its query', { 'http.target': '/search?q=/healthz' }),
  slowRequest('a request without a path', {}),
  slowRequest('another method over gRPC', { 'rpc.service': 'grpc.health.v1.Healthy/Check' }, CLIENT),
  slowRequest('who asks for a health check', { 'url.path': '/healthz' }, CLIENT),
];

interface LogCase {
  readonly name: string;
  readonly severityNumber: number;
  readonly eventName?: string;
  readonly arrives: boolean;
}

const LOGS: readonly LogCase[] = [
  ...[1, 4, 5, 8].map((severityNumber) => ({
    name: `severity ${severityNumber}`,
    severityNumber,
    arrives: false,
  })),
  ...[0, 9, 13, 17, 24].map((severityNumber) => ({
    name: `severity ${severityNumber}`,
    severityNumber,
    arrives: true,
  })),
  { name: 'an event of a run', severityNumber: 5, eventName: 'ml.run.heartbeat', arrives: true },
  { name: 'another event', severityNumber: 5, eventName: 'xml.run.heartbeat', arrives: false },
];

let scope: AsyncDisposableStack;
let store: ClickhouseFront;
let collector: Collector;

beforeAll(async () => {
  scope = new AsyncDisposableStack();
  store = scope.use(await startMigratedFront());
  collector = scope.use(await collectorFor(store, '0'));
  await sendOtlp(collector.httpEndpoint, 'traces', requestOf(TRACES));
  await sendOtlp(collector.httpEndpoint, 'logs', logsOf(LOGS));
  const spans = TRACES.reduce((sum, { arrive }) => sum + arrive.length, 0);
  await waitForRows('otel_traces', spans);
  await waitForRows('otel_logs', LOGS.filter(({ arrives }) => arrives).length);
  // What must not arrive was judged at the same time; what comes after it comes later.
  await sendOtlp(collector.httpEndpoint, 'traces', requestOf([AFTER]));
  await sendOtlp(
    collector.httpEndpoint,
    'logs',
    logsOf([{ name: 'after', severityNumber: 9, arrives: true }]),
  );
  await waitForRows('otel_traces', 1, "SpanName = 'after'");
  await waitForRows('otel_logs', 1, "Body = 'after'");
});
afterAll(() => scope.disposeAsync());

const AFTER: TraceCase = { name: 'after', spans: [{ name: 'after', status: ERROR }], arrive: ['after'] };

test.each(TRACES.map((it) => [it.name, it] as const))('%s', async (_, { name, arrive }) => {
  const rows = await store.query<{ SpanName: string }>(
    `SELECT SpanName FROM otel.otel_traces WHERE ResourceAttributes['case'] = '${name}' ORDER BY SpanName`,
  );
  expect(rows.map(({ SpanName }) => SpanName)).toEqual([...arrive]);
});

test('logs of the severities that must arrive, and no others', async () => {
  const rows = await store.query<{ Body: string }>(`SELECT Body FROM otel.otel_logs WHERE Body != 'after'`);
  expect(rows.map(({ Body }) => Body).sort()).toEqual(
    LOGS.filter(({ arrives }) => arrives)
      .map(({ name }) => name)
      .sort(),
  );
});

test('steps of a run arrive exactly, and Prometheus sees the series without its steps', async () => {
  const steps = Array.from({ length: 300 }, (_, batch) => batch);
  const gauge = (name: string) => ({
    name,
    gauge: {
      dataPoints: steps.map((batch) => ({
        startTimeUnixNano: '1795000000000000000',
        timeUnixNano: String(1795000000000000001n + BigInt(batch)),
        asDouble: batch === 7 ? Number.NaN : batch / 3,
        attributes: attributes({ 'job.id': 'steps', 'model.name': 'm', batch, epoch: batch / 100 }),
      })),
    },
  });
  const metrics = ['loss', 'accuracy', 'processing_time_ms.step'].map((key) => gauge(`ml.training.${key}`));
  await sendOtlp(collector.httpEndpoint, 'metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });

  // The rows of an insert are there before those of its views, and one view's before the next one's.
  await waitForRows('training_points FINAL', 3 * steps.length, "RunId = 'steps'");
  await waitForRows('training_series FINAL', metrics.length, "RunId = 'steps'");
  const rows = await store.query<{ Batch: number; Epoch: number; Value: number | null; nanos: string }>(
    `SELECT Batch, Epoch, Value, toString(toUnixTimestamp64Nano(Time)) AS nanos FROM otel.training_points FINAL
     WHERE Series IN (SELECT Series FROM otel.training_series WHERE MetricName = 'ml.training.loss') ORDER BY Batch`,
  );
  expect(rows.map(({ Batch, Epoch, Value }) => [Batch, Epoch, Value])).toEqual(
    steps.map((batch) => [batch, batch / 100, batch === 7 ? null : batch / 3]),
  );
  expect(rows.map(({ nanos }) => BigInt(nanos) - 1795000000000000001n)).toEqual(steps.map(BigInt));

  const shown = await collector.scrape();
  const series = shown.split('\n').filter((line) => line.includes('job_id="steps"'));
  expect(series.map((line) => line.slice(0, line.indexOf('{'))).sort()).toEqual([
    'ml_metrics_ml_training_accuracy',
    'ml_metrics_ml_training_loss',
  ]);
  expect(series.join()).not.toMatch(/epoch=|batch=/);
});

test('of the traces without a reason so many stay as was asked for', async () => {
  await using half = await collectorFor(store, '50');
  const traces = Array.from({ length: 400 }, (_, index) => ({
    name: 'half',
    id: new Bun.CryptoHasher('md5').update(String(index)).digest('hex'),
    spans: [{ name: `${index}` }],
    arrive: [],
  }));
  await sendOtlp(half.httpEndpoint, 'traces', requestOf(traces));
  await waitUntil(async () => (await judged(half)) === traces.length, { what: 'the judgement of all' });
  await sendOtlp(half.httpEndpoint, 'traces', requestOf([{ ...AFTER, name: 'after half' }]));
  await waitForRows('otel_traces', 1, "ResourceAttributes['case'] = 'after half'");
  const [row] = await store.query<{ n: number }>(
    `SELECT count() AS n FROM otel.otel_traces WHERE ResourceAttributes['case'] = 'half'`,
  );
  expect(row!.n).toBeGreaterThan(100);
  expect(row!.n).toBeLessThan(300);
});

test('without a setting all traces stay but health checks', async () => {
  await using all = await collectorFor(store);
  const trace = (name: string, path: string) => ({
    name,
    spans: [{ name: 'request', kind: SERVER, attributes: { 'url.path': path } }],
    arrive: [],
  });
  await sendOtlp(all.httpEndpoint, 'traces', requestOf([trace('default', '/livez'), trace('default', '/')]));
  await waitForRows('otel_traces', 1, "ResourceAttributes['case'] = 'default'");
  expect(await judged(all)).toBe(2);
});

function collectorFor(front: ClickhouseFront, percent?: string): Promise<Collector> {
  return startCollector({
    configs: ['config.yaml', 'clickhouse.yaml'],
    env: {
      CLICKHOUSE_URL: front.url,
      TRACE_DECISION_WAIT: '1s',
      TRACE_SLOW_MILLIS: String(SLOW - 100),
      ...(percent !== undefined && { TRACE_SAMPLE_PERCENT: percent }),
    },
  });
}

/** Traces that the collector has decided about, either way. */
async function judged({ telemetryPort }: Collector): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${telemetryPort}/metrics`)).text();
  const lines = text.matchAll(
    /^otelcol_processor_tail_sampling_global_count_traces_sampled\S*\{.*\} (\d+)/gm,
  );
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function waitForRows(table: string, count: number, where = 'true'): Promise<void> {
  let seen = 'nothing';
  await waitUntil(
    async () => {
      const [row] = await store.query<{ n: number }>(`SELECT count() AS n FROM otel.${table} WHERE ${where}`);
      seen = String(row!.n);
      return Number(seen) >= count;
    },
    { what: `${count} rows of ${table} where ${where}`, timeoutMs: 60_000 },
  ).catch((error) => {
    throw new Error(`${error.message} Seen: ${seen}.\n${collector.log().slice(-3_000)}`);
  });
}

function requestOf(traces: readonly (TraceCase & { readonly id?: string })[]): object {
  return {
    resourceSpans: traces.map(({ name, id, resource, spans }) => {
      const traceId = Buffer.from(id ?? crypto.randomUUID().replaceAll('-', ''), 'hex');
      return {
        resource: { attributes: attributes({ case: name, ...resource }) },
        scopeSpans: [{ spans: spans.map((span, index) => spanOf(span, index, traceId)) }],
      };
    }),
  };
}

function spanOf(
  { name, kind, status, lasts = QUICK, inside, ...span }: Span,
  index: number,
  traceId: Buffer,
) {
  const start = 1795000000000000000n;
  return {
    name,
    traceId,
    spanId: Buffer.alloc(8, index + 1),
    ...((index > 0 || inside) && { parentSpanId: Buffer.alloc(8, index > 0 ? 1 : 0xff) }),
    kind: kind ?? 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(lasts) * 1_000_000n),
    ...(status !== undefined && { status: { code: status } }),
    attributes: attributes(span.attributes ?? {}),
  };
}

function logsOf(logs: readonly LogCase[]): object {
  const logRecords = logs.map(({ name, severityNumber, eventName }) => ({
    severityNumber,
    body: { stringValue: name },
    timeUnixNano: '1795000000000000000',
    ...(eventName !== undefined && { eventName }),
  }));
  return { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
}
