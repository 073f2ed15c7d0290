import { expect, setDefaultTimeout, test } from 'bun:test';
import { attributes } from '../packages/telemetry-store/src/ingest/testing/encode-request.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { type Collector, startCollector } from './support/collector.ts';
import { sendOtlp } from './support/send-otlp.ts';
import { type ClickhouseFront, startMigratedFront } from './support/start-clickhouse-front.ts';

/** The first time the collector is built. */
setDefaultTimeout(20 * 60_000);

const REQUESTS = 40;
const PER_REQUEST = 50;
const TRACE = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');

test('what the collector took outlives its kill -9 while ClickHouse is away', async () => {
  await using store = await startMigratedFront();
  await store.kill9();
  await using collector = await startCollector({
    configs: ['config.yaml', 'clickhouse.yaml'],
    env: {
      CLICKHOUSE_URL: store.url,
      CLICKHOUSE_RETRY_MAX: '1s',
      TRACE_DECISION_WAIT: '1s',
    },
  });
  for (let index = 0; index < REQUESTS; index++) {
    await sendOtlp(collector.httpEndpoint, 'metrics', gauges(index));
    await sendOtlp(collector.httpEndpoint, 'logs', logs(index));
  }
  await sendOtlp(collector.httpEndpoint, 'traces', trace('decided'));
  await waitUntil(() => tracesWait(collector), {
    what: 'the decision about the trace',
  });
  await collector.kill9();
  await collector.start();

  await store.start();
  const total = REQUESTS * PER_REQUEST;
  await waitUntil(async () => (await counts(store)).every((count) => count >= total), {
    what: `${total} points and logs in ClickHouse`,
    timeoutMs: 120_000,
  });
  expect(await counts(store)).toEqual([total, total]);

  // The rows of an insert are there before those of its views.
  const batches = () =>
    store.query<{ batch: number }>(
      `SELECT DISTINCT Batch AS batch FROM otel.training_points WHERE RunId = 'run' ORDER BY Batch`,
    );
  await waitUntil(async () => (await batches()).length >= total, { what: 'the points of the curve' });
  expect((await batches()).map(({ batch }) => batch)).toEqual(Array.from({ length: total }, (_, at) => at));

  // The exporter could not ask for the column of the event's name when it started.
  const events = await store.query(
    `SELECT EventName, count() AS n FROM otel.otel_logs GROUP BY EventName ORDER BY EventName`,
  );
  expect(events).toEqual([
    { EventName: '', n: total - REQUESTS },
    { EventName: 'ml.run.heartbeat', n: REQUESTS },
  ]);
  await waitUntil(
    async () => {
      const [run] = await store.query<{ interval: number }>(
        `SELECT max(HeartbeatInterval).2 AS interval FROM otel.training_runs WHERE RunId = 'run'`,
      );
      return run!.interval === 30;
    },
    { what: 'the heartbeat of the run' },
  );

  await waitUntil(async () => (await spans(store)).length > 0, { what: 'the span' });
  expect(await spans(store)).toEqual([{ SpanName: 'decided' }]);
});

async function counts(store: ClickhouseFront): Promise<number[]> {
  const [row] = await store.query<{ points: number; logs: number }>(
    `SELECT (SELECT count() FROM otel.otel_metrics_gauge) AS points, (SELECT count() FROM otel.otel_logs) AS logs`,
  );
  return [row!.points, row!.logs];
}

function spans(store: ClickhouseFront): Promise<{ SpanName: string }[]> {
  return store.query(`SELECT SpanName FROM otel.otel_traces`);
}

/** Whether spans wait for ClickHouse, on disk. */
async function tracesWait({ telemetryPort }: Collector): Promise<boolean> {
  const text = await (await fetch(`http://127.0.0.1:${telemetryPort}/metrics`)).text();
  const [, size] =
    /^otelcol_exporter_queue_size\S*\{(?=.*data_type="traces")(?=.*exporter="clickhouse").*\} (\d+)/m.exec(
      text,
    ) ?? [];
  return Number(size) > 0;
}

function gauges(request: number): object {
  const dataPoints = Array.from({ length: PER_REQUEST }, (_, index) => ({
    timeUnixNano: String(1795000000000000000n + BigInt(request * PER_REQUEST + index)),
    asDouble: 1 / (index + 1),
    attributes: attributes({ 'job.id': 'run', batch: request * PER_REQUEST + index }),
  }));
  return {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'ml.training.loss', gauge: { dataPoints } }] }] }],
  };
}

/** The first of each request is an event of the run. */
function logs(request: number): object {
  const logRecords = Array.from({ length: PER_REQUEST }, (_, index) => ({
    timeUnixNano: String(1795000000000000000n + BigInt(request * PER_REQUEST + index)),
    severityNumber: 9,
    body: { stringValue: `line ${request}.${index}` },
    attributes: attributes({ 'job.id': 'run', 'ml.run.heartbeat.interval': 30 }),
    ...(index === 0 && { eventName: 'ml.run.heartbeat' }),
  }));
  return { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
}

function trace(name: string): object {
  const span = { name, traceId: TRACE, spanId: TRACE.subarray(0, 8) };
  return { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
}
