import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { waitUntil } from '../scripts/wait-until.ts';
import { startCollector } from './support/collector.ts';
import { runApplications } from './support/python-applications.ts';
import { installPythonSdk, runProgram, writeFromReadme } from './support/python-sdk.ts';
import { type ClickhouseFront, startMigratedFront } from './support/start-clickhouse-front.ts';
import { straightLine } from './support/straight-line.ts';

/** The first time the collector is built and Python's packages are installed. */
setDefaultTimeout(20 * 60_000);

let scope: AsyncDisposableStack;
let store: ClickhouseFront;
let said: string;

/** What python/README.md shows, towards a real collector that writes into ClickHouse. */
beforeAll(async () => {
  scope = new AsyncDisposableStack();
  const sdk = scope.use(await installPythonSdk(['flask', 'fastapi'], ['uvicorn', 'httpx']));
  store = scope.use(await startMigratedFront());
  const collector = scope.use(
    await startCollector({
      configs: ['config.yaml', 'clickhouse.yaml'],
      env: { CLICKHOUSE_URL: store.url, TRACE_DECISION_WAIT: '1s' },
    }),
  );
  const program = await writeFromReadme('train.py', sdk.folder);
  const trained = await runProgram([join(sdk.bin, 'python'), program], {
    cwd: sdk.folder,
    env: {
      ML_OTEL_ENDPOINT: collector.httpEndpoint,
      // Nobody: whoever has an explorer on port 3000 is not asked.
      ML_OTEL_URL: 'http://127.0.0.1:1',
      ML_OTEL_DIR: join(sdk.folder, 'spools'),
      ML_OTEL_RUN_ID: 'collected',
      ML_OTEL_SHUTDOWN_TIMEOUT: '30',
    },
  });
  said = trained.output;
  expect(trained.code).toBe(0);
  await runApplications(sdk, collector.httpEndpoint);
});
afterAll(() => scope.disposeAsync());

/** Rows, once there are as many: the collector hands on what it took a little later. */
async function rows<Row>(sql: string, count: number): Promise<Row[]> {
  let found: Row[] = [];
  await waitUntil(
    async () => {
      found = await store.query<Row>(sql);
      return found.length >= count;
    },
    { what: `${count} rows of ${sql}` },
  ).catch((error) => {
    throw new Error(`${error.message} There are ${found.length}: ${JSON.stringify(found.slice(0, 20))}`);
  });
  return found;
}

test('it says where the run goes, as there is no page', () =>
  expect(said).toMatch(/^ml-otel-bridge: run collected goes to http:\S+$/m));

test('every step of the run is there with its exact value', async () => {
  const expected = straightLine().map(({ epoch, batch, loss }) => ({ epoch, batch, Value: loss }));
  const order = 'ORDER BY epoch, batch';
  const points = await rows(
    `SELECT toUInt32(Attributes['epoch']) AS epoch, toUInt32(Attributes['batch']) AS batch, Value
     FROM otel.otel_metrics_gauge WHERE MetricName = 'ml.training.loss' AND Attributes['job.id'] = 'collected' ${order}`,
    expected.length,
  );
  expect(points).toEqual(expected);
  const [curves] = await store.query<{ n: number }>(
    `SELECT uniqExact(EpochWhole, Batch) AS n FROM otel.training_points FINAL WHERE RunId = 'collected'`,
  );
  expect(Number(curves!.n)).toBe(expected.length);
});

test('its events are there', async () => {
  const events = await rows<{ EventName: string }>(
    `SELECT DISTINCT EventName FROM otel.otel_logs WHERE RunId = 'collected' AND EventName IN
     ('ml.run.started', 'ml.run.config', 'ml.run.finished') ORDER BY EventName`,
    3,
  );
  expect(events).toHaveLength(3);
});

test('the order is one trace over both services, and what they log joins it', async () => {
  const spans = await rows<{ TraceId: string; SpanId: string; ParentSpanId: string; described: string }>(
    `SELECT TraceId, SpanId, ParentSpanId, concat(ServiceName, ' ', SpanKind, ' ', SpanName) AS described FROM otel.otel_traces
     WHERE TraceId IN (SELECT TraceId FROM otel.otel_traces WHERE SpanName = 'GET /orders/{item}') ORDER BY described`,
    3,
  );
  expect(spans.map(({ described }) => described)).toEqual([
    'front Client GET',
    'front Server GET /orders/{item}',
    'shop Server GET /prices/<item>',
  ]);
  const [call, order, price] = spans;
  expect([call!.ParentSpanId, order!.ParentSpanId, price!.ParentSpanId]).toEqual([
    order!.SpanId,
    '',
    call!.SpanId,
  ]);
  const logs = await rows(
    `SELECT ServiceName, Body, SpanId FROM otel.otel_logs WHERE TraceId = '${order!.TraceId}' AND Body LIKE '%of tea w%'
     ORDER BY ServiceName`,
    2,
  );
  expect(logs).toEqual([
    { ServiceName: 'front', Body: '3 of tea were ordered', SpanId: order!.SpanId },
    { ServiceName: 'shop', Body: 'the price of tea was asked for', SpanId: price!.SpanId },
  ]);
});

test('the duration of the requests is there', async () => {
  const durations = await rows(
    `SELECT ServiceName, Attributes['http.route'] AS route, MetricUnit, max(Count) AS n FROM otel.otel_metrics_histogram
     WHERE MetricName = 'http.server.request.duration' AND Attributes['http.response.status_code'] = '200'
     GROUP BY ALL ORDER BY ServiceName`,
    2,
  );
  expect(durations).toEqual([
    { ServiceName: 'front', route: '/orders/{item}', MetricUnit: 's', n: 1 },
    { ServiceName: 'shop', route: '/prices/<item>', MetricUnit: 's', n: 1 },
  ]);
});
