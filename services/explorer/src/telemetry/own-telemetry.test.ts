import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { Hono } from 'hono';
import { openMigrated } from '../../../../packages/telemetry-store/src/ingest/testing/open-store.ts';
import { createHttpApp } from '../http-app.ts';
import { createReceiver } from '../receiver/receiver.ts';
import { manualTimer } from '../receiver/testing/manual-timer.ts';
import { memoryCommitter } from '../receiver/testing/memory-committer.ts';
import { storeCommitter } from '../store/store-committer.ts';
import { createIngestMetrics } from './ingest-metrics.ts';
import { startOwnTelemetry } from './own-telemetry.ts';
import { createQueryMetrics } from './query-metrics.ts';

setDefaultTimeout(60_000);

const LIMITS = { maxPendingBytes: 1 << 24, delayMillis: 0, intervalMillis: 0, maxBatchBytes: 1 << 24 };

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(1);
}

test('what the explorer measures is in its own store, and does not grow by being stored', async () => {
  const opened = await openMigrated();
  cleanUp.push(async () => opened[Symbol.asyncDispose]());
  const store = opened.connection;
  const metrics = createIngestMetrics();
  const queries = createQueryMetrics(metrics.meter('explorer.queries'));
  const receiver = createReceiver(LIMITS, { committer: storeCommitter(store), observer: metrics.observer });
  metrics.watchPending(() => receiver.pending.used);
  const timer = manualTimer();
  const warnings: object[] = [];
  const own = startOwnTelemetry({
    metrics,
    receiver,
    intervalMillis: 1_000,
    timer,
    logger: { warn: (details) => void warnings.push(details) },
  });
  const measured = queries.measured(store);
  await queries.named('GET /api/logs', () => measured.query('SELECT number FROM numbers(1000)'));

  const pass = async () => {
    timer.pass();
    await until(() => timer.delays.length === 1);
  };
  await pass();
  const rows = await store.query<{ name: string; service: string }>(
    `SELECT MetricName AS name, ServiceName AS service, Attributes AS attributes, Count AS count
     FROM otel_metrics_histogram WHERE MetricName = 'explorer.query.duration'`,
  );
  expect(rows).toEqual([
    {
      name: 'explorer.query.duration',
      service: 'ml-otel-explorer',
      attributes: { outcome: 'answered', query: 'GET /api/logs' },
      count: '1',
    } as never,
  ]);
  expect(
    await store.query(`SELECT Value AS v FROM otel_metrics_sum WHERE MetricName = 'explorer.query.rows'`),
  ).toEqual([{ v: 1_000 }]);

  // Its first own batch makes series of its own; after that every time is like the one before.
  const stored = async () => {
    const [row] = await store.query<{ n: string }>(
      `SELECT (SELECT count() FROM otel_metrics_sum) + (SELECT count() FROM otel_metrics_gauge)
         + (SELECT count() FROM otel_metrics_histogram) AS n`,
    );
    return Number(row!.n);
  };
  await pass();
  const counts = [await stored()];
  for (let i = 0; i < 4; i++) {
    await pass();
    counts.push(await stored());
  }
  const growth = counts.slice(1).map((count, i) => count - counts[i]!);
  expect(new Set(growth).size).toBe(1);
  expect(growth[0]).toBeLessThan(30);

  expect(warnings).toEqual([]);
  await own.stop();
  expect(timer.delays).toEqual([]);
  await receiver.drain();
});

test('where there is no room nothing is sent, and what is refused is said', async () => {
  const committer = memoryCommitter();
  const metrics = createIngestMetrics();
  metrics.observer.answered({ signal: 'logs', protocol: 'http', bytes: 1, answer: 'accepted' });
  const receiver = createReceiver(LIMITS, { committer, observer: metrics.observer });
  const timer = manualTimer();
  const warnings: unknown[] = [];
  const logger = { warn: (details: object) => void warnings.push(details) };
  const own = startOwnTelemetry({ metrics, receiver, intervalMillis: 1, timer, logger });
  const pass = async () => {
    timer.pass();
    await until(() => timer.delays.length === 1);
  };
  const all = receiver.pending.reserve(LIMITS.maxPendingBytes - 2_048)!;
  await pass();
  expect(committer.committed.metrics).toHaveLength(0);
  all.release();
  await pass();
  expect(committer.committed.metrics).toHaveLength(1);
  await receiver.drain();
  await pass();
  expect(warnings).toHaveLength(1);
  await own.stop();
});

test('queries are counted under the route of their request, not its parameters', async () => {
  const metrics = createIngestMetrics();
  const queries = createQueryMetrics(metrics.meter('explorer.queries'), () => 0);
  const store = queries.measured({
    query: (sql) => (sql === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve([1, 2] as never)),
    command: () => Promise.resolve(),
    insertBytes: () => Promise.resolve(),
    close: () => Promise.resolve(),
  });
  const api = new Hono()
    .use('/api/*', (_c, next) => next())
    .get('/api/runs/:id', async (c) => {
      await store.query(c.req.param('id'));
      return c.text('ok');
    })
    .onError((_error, c) => c.text('failed', 500));
  const app = createHttpApp({ page: new Hono(), operations: new Hono(), api, queries });
  await app.request('/api/runs/one');
  await app.request('/api/runs/two');
  await app.request('/api/runs/bad');
  const { resourceMetrics } = await metrics.collect();
  const points = resourceMetrics.scopeMetrics
    .flatMap((scope) => scope.metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => [
        descriptor.name,
        attributes,
        typeof value === 'number' ? value : value.count,
      ]),
    );
  const query = 'GET /api/runs/:id';
  expect(points).toContainEqual(['explorer.query.duration', { query, outcome: 'answered' }, 2]);
  expect(points).toContainEqual(['explorer.query.duration', { query, outcome: 'failed' }, 1]);
  expect(points).toContainEqual(['explorer.query.rows', { query }, 4]);
});
