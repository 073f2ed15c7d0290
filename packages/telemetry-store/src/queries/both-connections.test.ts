import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from '../connection/connection.ts';
import { insert } from '../ingest/testing/open-store.ts';
import type { OpenedStore } from '../testing/connections.ts';
import { logHistogram } from './logs/histogram.ts';
import { logPage } from './logs/page.ts';
import { metricCatalogue } from './metrics/catalogue.ts';
import { metricHistogram } from './metrics/histogram.ts';
import { metricIncrease } from './metrics/increase.ts';
import { metricRate } from './metrics/rate.ts';
import { runMetricCatalogue } from './metrics/run-catalogue.ts';
import { deleteRun } from './runs/delete-run.ts';
import { editRun } from './runs/edit-run.ts';
import { run } from './runs/run-detail.ts';
import { runMetrics } from './runs/run-metrics.ts';
import { runPage } from './runs/run-page.ts';
import { serviceStats } from './services/red.ts';
import {
  CUMULATIVE,
  histogramPoint,
  logsRequest,
  metricRequest,
  numberPoint,
  tracesRequest,
} from './testing/make-requests.ts';
import { MIGRATED_STORES } from './testing/migrated-stores.ts';
import { findTraces } from './traces/find.ts';
import { trace } from './traces/trace.ts';
import { trainingSeries } from './training/training-series.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
const range = { from: T, to: T + 60n * SECOND };
const traceId = 'ab'.repeat(16);

describe.each(MIGRATED_STORES)('%s', (_name, open) => {
  let store: OpenedStore;
  let connection: Connection;
  beforeAll(async () => {
    store = await open();
    connection = store.connection;
    const point = { time: T + SECOND, start: T };
    const sum = { dataPoints: [numberPoint({ ...point, value: 7 })], aggregationTemporality: CUMULATIVE };
    const histogram = {
      dataPoints: [histogramPoint({ ...point, counts: [1, 3], bounds: [8], sum: 40 })],
      aggregationTemporality: CUMULATIVE,
    };
    const span = { traceId, spanId: '01'.repeat(8), name: 'GET /', start: T, duration: SECOND };
    const body = "it's \\ {x:String} 100%\n\0";
    await insert(connection, 'logs', logsRequest('web', [{ time: T, body, attributes: { "k'": body } }]));
    await insert(connection, 'traces', tracesRequest('web', [span]));
    await insert(
      connection,
      'metrics',
      metricRequest('web', { name: 'served', sum: { ...sum, isMonotonic: true } }),
    );
    await insert(connection, 'metrics', metricRequest('web', { name: 'took', histogram }));
  }, 30_000);
  afterAll(() => store[Symbol.asyncDispose]());

  test('logs', async () => {
    const body = "it's \\ {x:String} 100%\n\0";
    const attributes = [{ key: "k'", is: 'equal', value: body }] as const;
    const page = await logPage(connection, { range, text: body, attributes, minSeverity: 9 });
    expect(page.rows.map((row) => row.body)).toEqual([body]);
    const back = await logPage(connection, { range, cursor: page.older!, direction: 'newer' });
    expect(back.rows).toEqual(page.rows);
    const buckets = await logHistogram(connection, { range, buckets: 2 });
    expect(buckets.map(({ counts }) => counts.info)).toEqual([1, 0]);
  });

  test('a large page of logs, each once', async () => {
    const later = T + 600n * SECOND;
    const times = Array.from({ length: 10_050 }, (_, i) => later + BigInt(i) * 1_000_003n);
    await insert(
      connection,
      'logs',
      logsRequest(
        'many',
        times.map((time) => ({ time, body: 'one of many' })),
      ),
    );
    const ask = { range: { from: later, to: later + 60n * SECOND }, limit: 10_000, text: 'many' };
    const first = await logPage(connection, ask);
    const second = await logPage(connection, { ...ask, cursor: first.older! });
    expect([first.more, second.more]).toEqual([true, false]);
    expect([...first.rows, ...second.rows].map(({ time }) => time)).toEqual(times.toReversed());
  });

  test('an abort and a limit reach the engine', async () => {
    const aborted = findTraces(connection, { range }, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ isAborted: true });
    const limited = logPage(connection, { range }, { limits: { memoryBytes: 1 } });
    await expect(limited).rejects.toMatchObject({ isLimit: true });
  });

  test('traces and services', async () => {
    const { rows } = await findTraces(connection, { range, operation: 'GET /' });
    expect(rows).toMatchObject([{ traceId, time: T, spans: 1, rootService: 'web' }]);
    expect((await trace(connection, traceId)).spans).toMatchObject([{ start: T, duration: SECOND }]);
    for (const to of [range.to, T + 3_600n * SECOND])
      expect(await serviceStats(connection, { range: { from: T, to } })).toMatchObject({
        source: to === range.to ? 'spans' : 'minutes',
        stats: [{ service: 'web', requests: 1 }],
      });
  });

  test('metrics', async () => {
    expect((await metricCatalogue(connection, range)).map(({ name }) => name)).toEqual(['served', 'took']);
    expect(await runMetricCatalogue(connection, { runId: "it's", range })).toEqual([]);
    const ask = { range, step: 60n * SECOND };
    expect(await metricIncrease(connection, { ...ask, metric: 'served', groupBy: ['none'] })).toEqual([
      { group: [''], points: [{ time: T, value: 7 }] },
    ]);
    for (const [metric, type, value] of [
      ['served', 'sum', 7],
      ['took', 'histogram', 4],
    ] as const)
      expect(await metricRate(connection, { ...ask, metric, type })).toEqual([
        { group: [], points: [{ time: T, value }] },
      ]);
    expect(await metricHistogram(connection, { ...ask, metric: 'took', quantiles: [0.125] })).toEqual([
      { group: [], points: [{ time: T, count: 4, sum: 40, quantiles: [4] }] },
    ]);
  });

  test('training', async () => {
    const dataPoints = [3, Number.NaN].map((value, batch) =>
      numberPoint({ time: T + BigInt(batch), start: T, value, attributes: { 'job.id': "it's", batch } }),
    );
    await insert(
      connection,
      'metrics',
      metricRequest('web', { name: 'ml.training.loss', gauge: { dataPoints } }),
    );
    const now = Date.now();
    const filter = { text: "it's", states: ['running'] } as const;
    expect((await runPage(connection, { now, filter })).runs).toMatchObject([{ id: "it's", lastStep: 1 }]);
    expect(await editRun(connection, "it's", { tags: ['a\\'] })).toBe(true);
    expect(await run(connection, "it's", now)).toMatchObject({ tags: ['a\\'], state: 'running' });
    const { curves } = await trainingSeries(connection, {
      runs: ["it's"],
      metrics: ['ml.training.loss'],
      from: 0,
    });
    expect(curves).toMatchObject([{ x: [0, 1], first: [3, Number.NaN] }]);
    expect(await runMetrics(connection, "it's")).toMatchObject([{ min: 3, max: 3, hasNaN: true }]);
    expect(await deleteRun(connection, "it's")).toEqual({ points: 2, series: 1 });
    expect(await run(connection, "it's", now)).toBeUndefined();
  });
});
