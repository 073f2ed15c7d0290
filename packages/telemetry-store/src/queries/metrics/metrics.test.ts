import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import {
  CUMULATIVE,
  DELTA,
  histogramPoint,
  type MadePoint,
  metricRequest,
  numberPoint,
} from '../testing/make-requests.ts';
import { metricCatalogue } from './catalogue.ts';
import { metricHistogram } from './histogram.ts';
import { metricIncrease } from './increase.ts';
import { metricRate } from './rate.ts';
import { runMetricCatalogue } from './run-catalogue.ts';
import { metricSummary } from './summary.ts';
import { metricValues } from './values.ts';

setDefaultTimeout(60_000);

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
/** So many seconds after the start of the range. */
const at = (seconds: number) => T + BigInt(seconds) * SECOND;
const MINUTE = 60n * SECOND;
const RANGE = { from: T, to: at(180) };

let store: OpenedStore;
let connection: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
}, 60_000);
afterAll(() => store[Symbol.asyncDispose]());

const put = (service: string, metric: object) =>
  insert(connection, 'metrics', metricRequest(service, metric));

type Points = readonly (MadePoint & { readonly value: number })[];
const putSum = (name: string, points: Points, aggregationTemporality = CUMULATIVE, isMonotonic = true) =>
  put('svc', {
    name,
    unit: '1',
    sum: { dataPoints: points.map(numberPoint), aggregationTemporality, isMonotonic },
  });
const putGauge = (name: string, points: Points, service = 'svc') =>
  put(service, { name, unit: 'By', gauge: { dataPoints: points.map(numberPoint) } });

const increases = async (metric: string) =>
  (await metricIncrease(connection, { metric, range: RANGE, step: MINUTE })).flatMap(({ points }) =>
    points.map(({ time, value }) => [Number((time - T) / SECOND), value]),
  );

describe('increase', () => {
  test('of a cumulative sum counts from the point before the range', async () => {
    await putSum('plain', [
      { time: at(-30), start: at(-9_000), value: 100 },
      { time: at(30), start: at(-9_000), value: 110 },
      { time: at(59), start: at(-9_000), value: 115 },
      { time: at(60), start: at(-9_000), value: 116 },
      { time: at(180), start: at(-9_000), value: 1_000 },
    ]);
    expect(await increases('plain')).toEqual([
      [0, 15],
      [60, 1],
    ]);
  });

  test('nothing is made of a first point whose counter began long ago, or nobody knows when', async () => {
    await putSum('old', [
      { time: at(30), start: at(-9_000), value: 100 },
      { time: at(90), start: at(-9_000), value: 103 },
    ]);
    await putSum('unknown', [
      { time: at(30), value: 100 },
      { time: at(90), value: 103 },
    ]);
    expect(await increases('old')).toEqual([
      [0, 0],
      [60, 3],
    ]);
    expect(await increases('unknown')).toEqual([
      [0, 0],
      [60, 3],
    ]);
  });

  test('all is made of the first point of a counter that began in the range', async () => {
    await putSum('young', [{ time: at(70), start: at(65), value: 7 }]);
    expect(await increases('young')).toEqual([[60, 7]]);
  });

  test('a reset is a new start, also where the value rose, or a fall', async () => {
    await putSum('restarted', [
      { time: at(10), start: at(5), value: 5 },
      { time: at(70), start: at(65), value: 8 },
    ]);
    expect(await increases('restarted')).toEqual([
      [0, 5],
      [60, 8],
    ]);
    await putSum('fell', [
      { time: at(10), value: 50 },
      { time: at(20), value: 60 },
      { time: at(70), value: 4 },
      { time: at(80), value: 6 },
    ]);
    expect(await increases('fell')).toEqual([
      [0, 10],
      [60, 6],
    ]);
  });

  test('a sum that may fall is not reset by it', async () => {
    await putSum(
      'updown',
      [
        { time: at(10), value: 50 },
        { time: at(20), value: 45 },
      ],
      CUMULATIVE,
      false,
    );
    expect(await increases('updown')).toEqual([[0, -5]]);
  });

  test('deltas add up, and one sent twice counts once', async () => {
    const points = [
      { time: at(10), start: at(0), value: 5 },
      { time: at(20), start: at(10), value: 3 },
      { time: at(70), start: at(20), value: 2 },
    ];
    await putSum('delta', points, DELTA);
    await putSum('delta', points, DELTA);
    expect(await increases('delta')).toEqual([
      [0, 8],
      [60, 2],
    ]);
  });

  test('a cumulative point sent twice adds nothing', async () => {
    const points = [
      { time: at(10), start: at(1), value: 5 },
      { time: at(20), start: at(1), value: 9 },
    ];
    await putSum('twice', points);
    await putSum('twice', points);
    expect(await increases('twice')).toEqual([[0, 9]]);
  });

  test('series are counted apart, whatever the order of their attributes, and added up in groups', async () => {
    const series = (attributes: Record<string, string>, values: readonly number[]) =>
      values.map((value, i) => ({ time: at(10 + i * 10), start: at(1), attributes, value }));
    await putSum('grouped', series({ route: 'a', host: '1' }, [10, 20]));
    await putSum('grouped', series({ host: '1', route: 'a' }, [0, 20, 30]).slice(2));
    await putSum('grouped', series({ route: 'a', host: '2' }, [1, 2, 3]));
    await putSum('grouped', series({ route: 'b', host: '1' }, [100]));
    const groups = await metricIncrease(connection, {
      metric: 'grouped',
      range: RANGE,
      step: MINUTE,
      groupBy: ['route', 'none'],
    });
    expect(groups).toEqual([
      { group: ['a', ''], points: [{ time: T, value: 33 }] },
      { group: ['b', ''], points: [{ time: T, value: 100 }] },
    ]);
  });
});

describe('rate', () => {
  const rates = async (metric: string, step: bigint, to = RANGE.to) =>
    (await metricRate(connection, { metric, range: { from: T, to }, step, groupBy: ['host'] })).map(
      ({ points }) =>
        points.map(({ time, value }) => [Number((time - T) / SECOND), Number(value.toPrecision(12))]),
    );

  test('is the same by steps that are shorter, as long or longer than the time from point to point', async () => {
    const points = [-20, 10, 40, 70, 100].map((second) => ({ time: at(second), value: 600 + 2 * second }));
    await putSum('steady', points);
    for (const [step, steps] of [
      [10n, 10],
      [30n, 4],
      [70n, 2],
      [180n, 1],
    ] as const) {
      const [all] = await rates('steady', step * SECOND);
      expect(all).toEqual(Array.from({ length: steps }, (_, i) => [i * Number(step), 2]));
    }
  });

  test('of series that send at different times, in one group, is the sum of theirs', async () => {
    const series = (from: number, attributes: Record<string, string>) =>
      [0, 1, 2].map((i) => ({ time: at(from + i * 60), value: i * 60, attributes }));
    await putSum('unaligned', [...series(-5, { cpu: '0' }), ...series(-36, { cpu: '1' })]);
    const [all] = await rates('unaligned', 5n * SECOND, at(120));
    expect(all!.slice(0, 17)).toEqual(Array.from({ length: 17 }, (_, i) => [i * 5, 2]));
  });

  test('of deltas counts from the start of each, and one sent twice once', async () => {
    const points = [
      { time: at(20), start: at(0), value: 40 },
      { time: at(90), start: at(80), value: 10 },
    ];
    await putSum('burst', points, DELTA);
    await putSum('burst', points, DELTA);
    expect(await rates('burst', 10n * SECOND)).toEqual([
      [
        [0, 2],
        [10, 2],
        [80, 1],
      ],
    ]);
  });

  test('in a step is the mean over the time that is told of', async () => {
    await putSum('rated', [
      { time: at(-10), value: 0 },
      { time: at(30), value: 60 },
      { time: at(70), value: 90 },
    ]);
    const range = { from: T, to: at(75) };
    expect(await metricRate(connection, { metric: 'rated', range, step: MINUTE })).toEqual([
      {
        group: [],
        points: [
          { time: T, value: 1.125 },
          { time: at(60), value: 0.75 },
        ],
      },
    ]);
  });

  test.each(['histogram', 'exponential_histogram', 'summary'] as const)(
    'of a %s is that of how many values came into it',
    async (type) => {
      const name = `counted ${type}`;
      const dataPoints = [-30, 30, 90].map((second, index) => ({
        startTimeUnixNano: String(at(-9_000)),
        timeUnixNano: String(at(second)),
        count: 100 + index * 180,
        sum: 1_000 + index,
      }));
      const field = type === 'exponential_histogram' ? 'exponentialHistogram' : type;
      const temporality = type === 'summary' ? {} : { aggregationTemporality: CUMULATIVE };
      await put('svc', { name, [field]: { dataPoints, ...temporality } });
      const ask = { metric: name, type, range: { from: T, to: at(120) }, step: MINUTE };
      expect((await metricRate(connection, ask))[0]!.points.map(({ value }) => value)).toEqual([3, 3]);
      expect((await metricIncrease(connection, ask))[0]!.points.map(({ value }) => value)).toEqual([
        180, 180,
      ]);
    },
  );

  test('over a reset is never below nothing, and of a single point nobody knows it', async () => {
    await putSum('reset', [
      { time: at(0), start: at(-60), value: 500 },
      { time: at(60), start: at(30), value: 90 },
    ]);
    expect(await rates('reset', 30n * SECOND)).toEqual([[[30, 3]]]);
    await putSum('single', [{ time: at(10), value: 7 }]);
    expect(await rates('single', MINUTE)).toEqual([]);
  });
});

describe('values', () => {
  const values = async (request: Omit<Parameters<typeof metricValues>[1], 'range' | 'step' | 'type'>) =>
    (await metricValues(connection, { ...request, type: 'gauge', range: RANGE, step: MINUTE })).map(
      ({ group, points }) => [...group, ...points.map(({ value }) => value)],
    );
  beforeAll(async () => {
    const points = [
      { time: at(1), value: 1, attributes: { gpu: '0' } },
      { time: at(2), value: 5, attributes: { gpu: '0' } },
      { time: at(3), value: 3, attributes: { gpu: '0' } },
      { time: at(4), value: 10, attributes: { gpu: '1' } },
      { time: at(61), value: Number.NaN, attributes: { gpu: '1' } },
    ];
    await putGauge('memory', points);
    await putGauge('memory', points.slice(0, 2));
  });

  test.each([
    ['last', 'sum', 13],
    ['avg', 'sum', 13],
    ['avg', 'avg', 6.5],
    ['min', 'min', 1],
    ['max', 'max', 10],
    ['max', 'sum', 15],
    ['sum', 'sum', 19],
  ] as const)('%s of each series, then %s', async (overTime, overSeries, expected) => {
    expect(await values({ metric: 'memory', overTime, overSeries })).toEqual([[expected, Number.NaN]]);
  });

  test('the steps of a training curve are one series, whatever epoch and batch say', async () => {
    await putGauge(
      'ml.training.loss',
      [3, 1, 2].map((value, batch) => ({
        time: at(batch),
        value,
        attributes: { 'job.id': 'run', epoch: 0, batch },
      })),
    );
    const ask = { metric: 'ml.training.loss', overSeries: 'avg' } as const;
    expect(await values({ ...ask, overTime: 'min' })).toEqual([[1]]);
    expect(await values({ ...ask, overTime: 'last' })).toEqual([[2]]);
  });

  test('by group', async () => {
    expect(await values({ metric: 'memory', overTime: 'last', overSeries: 'sum', groupBy: ['gpu'] })).toEqual(
      [
        ['0', 3],
        ['1', 10, Number.NaN],
      ],
    );
  });

  test.each(["'", '\\', '{metric:String}', '\0', "'; DROP TABLE otel_metrics_gauge; --"])(
    'asked with %j there is nothing, and nothing changes',
    async (hostile) => {
      const ask = { overTime: 'last', overSeries: 'sum' } as const;
      expect(await values({ ...ask, metric: hostile })).toEqual([]);
      expect(await values({ ...ask, metric: 'memory', service: hostile })).toEqual([]);
      expect(await values({ ...ask, metric: 'memory', groupBy: [hostile] })).toEqual([['', 13, Number.NaN]]);
    },
  );

  test.each([0n, -1n, 1n])('a step of %s ns is refused', async (step) => {
    const ask = {
      metric: 'memory',
      type: 'gauge',
      overTime: 'last',
      overSeries: 'sum',
      range: RANGE,
      step,
    } as const;
    await expect(metricValues(connection, ask)).rejects.toThrow('step');
  });
});

describe('histograms', () => {
  const bounds = [1, 5, 10];
  const putHistogram = (
    name: string,
    temporality: number,
    points: readonly Parameters<typeof histogramPoint>[0][],
  ) =>
    put('svc', {
      name,
      unit: 'ms',
      histogram: { dataPoints: points.map(histogramPoint), aggregationTemporality: temporality },
    });
  const ask = (metric: string) =>
    metricHistogram(connection, { metric, range: RANGE, step: MINUTE, quantiles: [0.5, 0.75, 0.99] });

  test('cumulative: what came in each step, over a reset, and its quantiles by hand', async () => {
    await putHistogram('latency', CUMULATIVE, [
      { time: at(-5), start: at(-9_000), counts: [100, 0, 0, 0], bounds, sum: 50 },
      { time: at(10), start: at(-9_000), counts: [102, 4, 3, 1], bounds, sum: 110 },
      { time: at(70), start: at(65), counts: [0, 200, 0, 0], bounds, sum: 600 },
    ]);
    // Rank 5 of 2+4+3+1 is 3 of the 4 from 1 to 5; rank 100 of 200 is half of them.
    expect(await ask('latency')).toEqual([
      {
        group: [],
        points: [
          { time: T, count: 10, sum: 60, quantiles: [4, 7.5, 10] },
          { time: at(60), count: 200, sum: 600, quantiles: [3, 4, 1 + 4 * 0.99] },
        ],
      },
    ]);
  });

  test('deltas, one of them twice, and a second layout', async () => {
    const point = { time: at(10), start: at(0), counts: [2, 4, 3, 1], bounds, sum: 60 };
    await putHistogram('sizes', DELTA, [point, point]);
    await putHistogram('sizes', DELTA, [
      { ...point, attributes: { other: 'x' }, counts: [1, 0], bounds: [5], sum: 3 },
    ]);
    const [group] = await ask('sizes');
    expect(group!.points).toEqual([
      { time: T, count: 11, sum: 63, quantiles: [1 + 4 * (3.5 / 5), 5 + 5 * (1.25 / 3), 10] },
    ]);
  });

  test('without buckets there are a count and a sum', async () => {
    await putHistogram('bare', DELTA, [{ time: at(10), start: at(0), counts: [], bounds: [], sum: 0 }]);
    expect(await ask('bare')).toEqual([
      { group: [], points: [{ time: T, count: 0, sum: 0, quantiles: [Number.NaN, Number.NaN, Number.NaN] }] },
    ]);
  });
});

describe('exponential histograms', () => {
  interface MadeExponential {
    readonly time: bigint;
    readonly start?: bigint;
    readonly attributes?: Record<string, string>;
    readonly scale: number;
    readonly sum?: number;
    readonly zero?: number;
    readonly positive?: readonly [offset: number, counts: readonly number[]];
    readonly negative?: readonly [offset: number, counts: readonly number[]];
  }
  const exponentialPoint = (made: MadeExponential) => {
    const side = ([offset, bucketCounts]: readonly [number, readonly number[]] = [0, []]) => ({
      offset,
      bucketCounts,
    });
    const all = [made.zero ?? 0, ...(made.positive?.[1] ?? []), ...(made.negative?.[1] ?? [])];
    return {
      ...numberPoint({ ...made, value: 0 }),
      count: all.reduce((sum, n) => sum + n, 0),
      sum: made.sum ?? 0,
      scale: made.scale,
      zeroCount: made.zero ?? 0,
      positive: side(made.positive),
      negative: side(made.negative),
    };
  };
  const putExponential = (name: string, temporality: number, points: readonly MadeExponential[]) =>
    put('svc', {
      name,
      exponentialHistogram: { dataPoints: points.map(exponentialPoint), aggregationTemporality: temporality },
    });
  const ask = async (metric: string, quantiles = [0.5, 1]) =>
    (
      await metricHistogram(connection, {
        metric,
        type: 'exponential_histogram',
        range: RANGE,
        step: MINUTE,
        quantiles,
      })
    ).flatMap(({ points }) => points);

  test('cumulative: what came in each step, though the scale, the offset and the start change', async () => {
    const old = { start: at(-9_000) };
    await putExponential('exp', CUMULATIVE, [
      // Scale 1: bucket 2 is from 2 to 2^1.5, 3 from there to 4.
      { ...old, time: at(-5), scale: 1, positive: [2, [5, 7]], sum: 30 },
      // Scale 0: bucket 1 is from 2 to 4, 2 from 4 to 8. 12 of them were there.
      { ...old, time: at(10), scale: 0, positive: [1, [14, 8]], zero: 4, negative: [0, [6]], sum: 90 },
      { ...old, time: at(20), scale: 0, positive: [0, [0, 14, 8]], zero: 4, negative: [0, [6]], sum: 90 },
      { start: at(65), time: at(70), scale: 2, positive: [-4, [8]], sum: 4 },
    ]);
    // Ascending: 6 from -2 to -1, 4 zeros, 2 from 2 to 4, 8 from 4 to 8.
    expect(await ask('exp', [0, 0.15, 0.4, 0.6, 0.8, 1])).toEqual([
      { time: T, count: 20, sum: 60, quantiles: [-2, -Math.SQRT2, 0, 4, 4 * Math.SQRT2, 8] },
      {
        time: at(60),
        count: 8,
        sum: 4,
        quantiles: [0, 0.15, 0.4, 0.6, 0.8, 1].map((q) => 2 ** ((-4 + q) / 4)),
      },
    ]);
  });

  test('a bucket that fell is a reset, also where the count rose', async () => {
    await putExponential('fallen', CUMULATIVE, [
      { start: 0n, time: at(5), scale: 0, positive: [0, [10]], sum: 15 },
      { start: 0n, time: at(10), scale: 0, positive: [0, [1, 20]], sum: 60 },
      { start: 0n, time: at(70), scale: 0, positive: [0, [1, 20]], sum: 60 },
    ]);
    expect(await ask('fallen', [1])).toEqual([
      { time: T, count: 21, sum: 60, quantiles: [4] },
      { time: at(60), count: 0, sum: 0, quantiles: [Number.NaN] },
    ]);
  });

  test('deltas, one of them twice, and series of other scales, put together', async () => {
    const point = {
      time: at(10),
      start: at(0),
      scale: 3,
      positive: [8, [1, 0, 0, 0, 0, 0, 0, 1]] as const,
      sum: 5,
    };
    await putExponential('exp.delta', DELTA, [point, point]);
    await putExponential('exp.delta', DELTA, [
      { ...point, attributes: { other: 'x' }, scale: -1, positive: [0, [2]], sum: 4 },
    ]);
    // In scale -1 all four are in the bucket from 1 to 4.
    expect(await ask('exp.delta')).toEqual([{ time: T, count: 4, sum: 9, quantiles: [2, 4] }]);
  });

  test('scales and offsets that no one sends are answered, too', async () => {
    for (const [index, scale] of [2 ** 31 - 1, -(2 ** 31), 20, -10].entries())
      for (const offset of [2 ** 31 - 1, -(2 ** 31)])
        await putExponential('hostile', CUMULATIVE, [
          { time: at(10 + index), start: at(1), scale, positive: [offset, [1, 2]], negative: [offset, [3]] },
        ]);
    const [point] = await ask('hostile');
    expect(point!.count).toBeGreaterThan(0);
    for (const value of point!.quantiles) expect(value).toBeNumber();
  });
});

describe('summaries', () => {
  const putSummary = (
    name: string,
    points: readonly (MadePoint & {
      count: number;
      sum: number;
      quantiles: readonly (readonly [number, number])[];
    })[],
  ) =>
    put('svc', {
      name,
      summary: {
        dataPoints: points.map(({ quantiles, count, sum, ...point }) => ({
          ...numberPoint({ ...point, value: 0 }),
          count,
          sum,
          quantileValues: quantiles.map(([quantile, value]) => ({ quantile, value })),
        })),
      },
    });

  test('count and sum grow, quantiles are as they were sent', async () => {
    const old = { start: at(-9_000) };
    await putSummary('sum', [
      { ...old, time: at(-5), count: 100, sum: 1_000, quantiles: [] },
      { ...old, time: at(10), count: 104, sum: 1_040, quantiles: [[0.5, 9]] },
      {
        ...old,
        time: at(20),
        count: 110,
        sum: 1_100,
        quantiles: [
          [0.5, 10],
          [0.99, 20],
        ],
      },
      {
        ...old,
        time: at(20),
        count: 110,
        sum: 1_100,
        quantiles: [
          [0.5, 10],
          [0.99, 20],
        ],
      },
      {
        start: at(65),
        time: at(70),
        count: 3,
        sum: 3,
        quantiles: [
          [0.5, Number.NaN],
          [0.99, 2],
        ],
      },
    ]);
    await putSummary('sum', [
      { time: at(30), start: at(25), count: 1, sum: 7, quantiles: [[0.5, 7]], attributes: { host: 'b' } },
    ]);
    const ask = { metric: 'sum', range: RANGE, step: MINUTE };
    expect(await metricSummary(connection, ask)).toEqual([
      {
        group: [],
        points: [
          {
            time: T,
            count: 11,
            sum: 107,
            quantiles: [
              { quantile: 0.5, min: 7, max: 10 },
              { quantile: 0.99, min: 20, max: 20 },
            ],
          },
          { time: at(60), count: 3, sum: 3, quantiles: [{ quantile: 0.99, min: 2, max: 2 }] },
        ],
      },
    ]);
    const groups = await metricSummary(connection, { ...ask, groupBy: ['host'] });
    expect(groups.map(({ group, points }) => [group[0], points[0]!.count])).toEqual([
      ['', 10],
      ['b', 1],
    ]);
  });
});

test('the catalogue names each metric with what it is', async () => {
  const entries = await metricCatalogue(connection, RANGE);
  const entry = (name: string) => entries.find((candidate) => candidate.name === name);
  expect(entries.map(({ name }) => name)).toEqual(entries.map(({ name }) => name).toSorted());
  expect(entry('memory')).toEqual({
    name: 'memory',
    type: 'gauge',
    unit: 'By',
    description: '',
    services: ['svc'],
    temporality: 'unset',
    monotonic: false,
    points: 7,
    lastTime: at(61),
  });
  expect(entry('delta')).toMatchObject({ type: 'sum', temporality: 'delta', monotonic: true });
  expect(entry('updown')).toMatchObject({ temporality: 'cumulative', monotonic: false });
  expect(entry('latency')).toMatchObject({ type: 'histogram', unit: 'ms', temporality: 'cumulative' });
});

describe('the catalogue of a run', () => {
  const point = (attributes: Record<string, string>) => numberPoint({ time: at(10), value: 1, attributes });
  const gauge = (name: string, dataPoints: object[], resource: Record<string, string> = {}) =>
    insert(connection, 'metrics', metricRequest('svc', { name, gauge: { dataPoints } }, resource));
  const of = (runId: string) => runMetricCatalogue(connection, { runId, range: RANGE });

  test('has what is of the run, by its points or by its resource, and tells in what series differ', async () => {
    const gpu = (id: string, rank: string) => point({ 'job.id': 'r', 'hw.id': id, 'hw.type': 'gpu', rank });
    await gauge('hw.power', [gpu('a', '0'), gpu('b', '1'), point({ 'job.id': 'other', 'hw.id': 'c' })]);
    await gauge('process.load', [point({ 'job.id': 'r' }), point({ 'job.id': 'r', state: 'idle' })]);
    await gauge('gc.pause', [point({})], { 'job.id': 'r', 'host.name': 'x', 'process.pid': '1' });
    await gauge('gc.pause', [point({})], { 'job.id': 'r', 'host.name': 'y', 'process.pid': '2' });
    await gauge('other.load', [point({ 'job.id': 'other' })]);
    await gauge('ml.training.loss', [point({ 'job.id': 'r', batch: '1' })]);
    await gauge('ml.trainings', [point({ 'job.id': 'r' })]);
    expect((await of('r')).map(({ name, points, by }) => [name, points, by])).toEqual([
      ['gc.pause', 2, ['host.name']],
      ['hw.power', 2, ['hw.id', 'rank']],
      ['ml.trainings', 1, []],
      ['process.load', 2, ['state']],
    ]);
    expect(await of('none')).toEqual([]);
  });

  test('names no key that cannot be asked for', async () => {
    const odd = (value: string) =>
      point({ 'job.id': 'odd', '': value, "k'{x}": value, ['x'.repeat(2_000)]: value });
    await gauge('odd', [odd('1'), odd('2')]);
    expect((await of('odd')).map(({ by }) => by)).toEqual([["k'{x}"]]);
  });

  test('names no more keys than can be grouped by, of however many series', async () => {
    const points = Array.from({ length: 1_500 }, (_, i) =>
      point(
        Object.fromEntries([['job.id', 'wide'], ...Array.from({ length: 25 }, (_, k) => [`k${k}`, `${i}`])]),
      ),
    );
    await gauge('wide', points);
    const [entry] = await of('wide');
    expect([entry!.points, entry!.by.length]).toEqual([1_500, 20]);
    const { by: groupBy } = entry!;
    const ask = { metric: 'wide', range: RANGE, step: MINUTE, runId: 'wide', groupBy } as const;
    const values = await metricValues(connection, {
      ...ask,
      type: 'gauge',
      overTime: 'last',
      overSeries: 'max',
    });
    expect(values).toHaveLength(1_500);
  });
});
