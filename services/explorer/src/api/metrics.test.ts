import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { metricRequest, numberPoint, type OpenApi, openApi, tracesRequest } from './testing/open-api.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
const RANGE = 'from=2026-05-28T20:26:40Z&to=2026-05-28T20:27:00Z&step=10s';
const CUMULATIVE = 2;

let api: OpenApi;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
  const at = (seconds: number, value: number, gpu: string) =>
    numberPoint({ time: T + BigInt(seconds) * SECOND, start: T, value, attributes: { gpu } });
  const points = [at(1, 1, 'a'), at(2, 3, 'a'), at(3, 10, 'b'), at(12, Number.NaN, 'a')];
  await api.put(
    'metrics',
    metricRequest('trainer', { name: 'load', unit: '1', gauge: { dataPoints: points } }),
  );
  const served = [at(1, 5, 'a'), at(11, 25, 'a')];
  await api.put(
    'metrics',
    metricRequest('trainer', {
      name: 'served',
      sum: { dataPoints: served, aggregationTemporality: CUMULATIVE, isMonotonic: true },
    }),
  );
  const counted = { startTimeUnixNano: String(T), timeUnixNano: String(T + SECOND) };
  // Scale 0: bucket 1 is from 2 to 4.
  const spread = { ...counted, count: 2, sum: 6, scale: 0, positive: { offset: 1, bucketCounts: [2] } };
  await api.put(
    'metrics',
    metricRequest('trainer', {
      name: 'spread',
      exponentialHistogram: { dataPoints: [spread], aggregationTemporality: CUMULATIVE },
    }),
  );
  const summed = (gpu: string, median: number, quantile = 0.5) => ({
    ...counted,
    attributes: [{ key: 'gpu', value: { stringValue: gpu } }],
    count: 4,
    sum: 10,
    quantileValues: [{ quantile, value: median }],
  });
  const dataPoints = [summed('a', 2), summed('b', 3), summed('c', Number.POSITIVE_INFINITY, 0.99)];
  await api.put('metrics', metricRequest('trainer', { name: 'waited', summary: { dataPoints } }));
  const span = {
    traceId: 'ab'.repeat(16),
    spanId: '01'.repeat(8),
    name: 'GET /',
    start: T,
    duration: SECOND,
  };
  await api.put('traces', tracesRequest('web', [span, { ...span, spanId: '02'.repeat(8), error: true }]));
});
afterAll(() => api[Symbol.asyncDispose]());

const groups = async (query: string) =>
  ((await api.get(`/api/metrics/query?${RANGE}&${query}`)).body as { groups: unknown }).groups;

describe('metrics', () => {
  test('which there are', async () => {
    const { body } = await api.get(`/api/metrics?${RANGE.replace('&step=10s', '')}`);
    const { rows } = body as { rows: readonly { name: string; type: string; lastTime: string }[] };
    expect(rows.map(({ name, type, lastTime }) => [name, type, lastTime])).toEqual([
      ['load', 'gauge', '2026-05-28T20:26:52.000000000Z'],
      ['served', 'sum', '2026-05-28T20:26:51.000000000Z'],
      ['spread', 'exponential_histogram', '2026-05-28T20:26:41.000000000Z'],
      ['waited', 'summary', '2026-05-28T20:26:41.000000000Z'],
    ]);
  });

  test('which a run sent besides its curves, and in what their series differ', async () => {
    const of = (run: string) => (index: number) =>
      numberPoint({ time: T, value: index, attributes: { 'job.id': run, 'hw.id': `GPU-${index}` } });
    const gauge = (run: string, name: string) =>
      api.put('metrics', metricRequest('trainer', { name, gauge: { dataPoints: [0, 1].map(of(run)) } }));
    await gauge('r1', 'hw.power');
    await gauge('r1', 'ml.training.loss');
    await gauge('r2', 'hw.energy');
    const range = RANGE.replace('&step=10s', '');
    const { body } = await api.get(`/api/metrics?${range}&run=r1`);
    const { rows } = body as { rows: readonly { name: string; points: number; by: string[] }[] };
    expect(rows.map(({ name, points, by }) => [name, points, by])).toEqual([['hw.power', 2, ['hw.id']]]);
    expect(await groups('metric=hw.power&run=r1&groupBy=hw.id')).toEqual(
      [0, 1].map((index) => ({
        group: [`GPU-${index}`],
        times: [1_780_000_000_000],
        columns: { value: [index] },
      })),
    );
    expect((await api.get(`/api/metrics?${range}&run=r3`)).body as object).toEqual({ rows: [] });
  });

  test('values by group; NaN by name', async () => {
    expect(await groups('metric=load&aggregation=max&across=max&groupBy=gpu')).toEqual([
      { group: ['a'], times: [1_780_000_000_000, 1_780_000_010_000], columns: { value: [3, 'NaN'] } },
      { group: ['b'], times: [1_780_000_000_000], columns: { value: [10] } },
    ]);
    expect(await groups('metric=load&aggregation=sum&across=sum&filter=gpu:eq:b')).toEqual([
      { group: [], times: [1_780_000_000_000], columns: { value: [10] } },
    ]);
  });

  test('increase and rate of a sum', async () => {
    const times = [1_780_000_000_000, 1_780_000_010_000];
    expect(await groups('metric=served&aggregation=increase')).toEqual([
      { group: [], times, columns: { value: [5, 20] } },
    ]);
    expect(await groups('metric=spread&aggregation=increase&type=exponential_histogram')).toEqual([
      { group: [], times: [1_780_000_000_000], columns: { value: [2] } },
    ]);
    expect(await groups('metric=served&aggregation=rate')).toEqual([
      { group: [], times, columns: { value: [2.3, 2] } },
    ]);
  });

  test('quantiles of an exponential histogram', async () => {
    expect(
      await groups('metric=spread&type=exponential_histogram&aggregation=quantile&quantile=0&quantile=1'),
    ).toEqual([{ group: [], times: [1_780_000_000_000], columns: { count: [2], sum: [6], 0: [2], 1: [4] } }]);
  });

  test('quantiles of a summary are those that were sent: of several series the least and the greatest', async () => {
    const asked = 'metric=waited&type=summary&aggregation=quantile';
    const times = [1_780_000_000_000];
    expect(await groups(asked)).toEqual([
      {
        group: [],
        times,
        columns: {
          count: [12],
          sum: [30],
          '0.5 min': [2],
          '0.5 max': [3],
          '0.99 min': ['Infinity'],
          '0.99 max': ['Infinity'],
        },
      },
    ]);
    expect(await groups(`${asked}&filter=gpu:eq:b&groupBy=gpu`)).toEqual([
      { group: ['b'], times, columns: { count: [4], sum: [10], '0.5 min': [3], '0.5 max': [3] } },
    ]);
  });

  test.each([
    ['avg', 'histogram', 'avg is of: gauge, sum'],
    ['rate', 'gauge', 'rate is of: sum, histogram, exponential_histogram, summary'],
    ['quantile', 'sum', 'quantile is of: histogram, exponential_histogram, summary'],
  ])('%s of a %s is none', async (aggregation, type, detail) => {
    const answer = await api.get(
      `/api/metrics/query?${RANGE}&metric=load&aggregation=${aggregation}&type=${type}`,
    );
    expect([answer.status, (answer.body as { issues: object }).issues]).toEqual([
      400,
      [{ parameter: 'type', detail }],
    ]);
  });

  test('too many steps are the fault of who asks', async () => {
    const answer = await api.get('/api/metrics/query?metric=load&step=1ns');
    expect([answer.status, (answer.body as { detail: string }).detail]).toEqual([
      400,
      'more than 2000 steps: give a wider step or a shorter range',
    ]);
  });
});

describe('services', () => {
  test('requests, errors and durations; by quantile', async () => {
    const { body } = await api.get(
      '/api/services?from=2026-05-28T20:26:40Z&to=2026-05-28T20:26:50Z&quantile=0.5',
    );
    expect(body as object).toEqual({
      source: 'spans',
      quantiles: [0.5],
      rows: [{ service: 'web', operation: '', requests: 2, rate: 0.2, errors: 1, durations: [1e9] }],
    });
  });

  test('over time, where nothing was NaN', async () => {
    const { body } = await api.get(`/api/services/over-time?${RANGE}&service=web&quantile=0.99`);
    expect(body as object).toEqual({
      source: 'spans',
      quantiles: [0.99],
      times: [1_780_000_000_000, 1_780_000_010_000],
      requests: [2, 0],
      rates: [0.2, 0],
      errors: [1, 0],
      durations: [[1e9, 'NaN']],
    });
  });

  test('who calls whom', async () => {
    const caller = {
      traceId: 'cd'.repeat(16),
      spanId: '03'.repeat(8),
      name: 'call',
      start: T + 100n * SECOND,
      duration: SECOND,
    };
    const callee = { ...caller, spanId: '04'.repeat(8), parentSpanId: caller.spanId, name: 'GET /batch' };
    await api.put('traces', tracesRequest('trainer', [caller]));
    await api.put('traces', tracesRequest('loader', [callee]));
    const { body } = await api.get(
      '/api/services/map?from=2026-05-28T20:28:00Z&to=2026-05-28T20:29:00Z&quantile=0.5',
    );
    expect(body as object).toEqual({
      quantiles: [0.5],
      sampledOneIn: 1,
      callersNotFound: 0,
      edges: [
        {
          from: { kind: 'service', name: 'trainer' },
          to: { kind: 'service', name: 'loader' },
          calls: 1,
          errors: 0,
          durations: [1e9],
        },
      ],
    });
  });
});
