import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OpenedStore } from '../testing/connections.ts';
import { batchToken } from './insert-statements.ts';
import { anyValue, attributes, encodeRequest, type Json } from './testing/encode-request.ts';
import { insert, openMigrated } from './testing/open-store.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
}, 30_000);
afterAll(() => store[Symbol.asyncDispose]());

const START = 1795000000000000000n;
const RECEIVED = '2026-02-03 04:05:06';
const token = (id: string) => batchToken(Date.UTC(2026, 1, 3, 4, 5, 6), id);

interface Point {
  readonly value: number;
  readonly attributes: { [key: string]: Json };
  /** Nanoseconds after the start. */
  readonly at?: bigint;
  readonly start?: bigint;
}

function sendPoints(metric: string, points: readonly Point[], resource: { [key: string]: Json } = {}) {
  const dataPoints = points.map((point) => ({
    timeUnixNano: String(START + (point.at ?? 0n)),
    startTimeUnixNano: String(point.start ?? START),
    asDouble: point.value,
    attributes: attributes(point.attributes),
  }));
  const metrics = [{ name: metric, unit: '1', gauge: { dataPoints } }];
  const request = {
    resourceMetrics: [{ resource: { attributes: attributes(resource) }, scopeMetrics: [{ metrics }] }],
  };
  return insert(store.connection, 'metrics', encodeRequest('metrics', request), token(crypto.randomUUID()));
}

const pointsOf = (run: string) =>
  store.connection.query<Record<string, unknown>>(
    'SELECT * EXCEPT (Series, ReceivedAt) FROM training_points FINAL WHERE RunId = {run:String} ORDER BY EpochWhole, Batch, Time',
    { params: { run } },
  );

test('a point has its step, its axes and its value, NaN and infinities too', async () => {
  await sendPoints('ml.training.loss', [
    { value: 0.5, attributes: { 'job.id': 'axes', epoch: 2.75, batch: 7 } },
    { value: Number.NaN, attributes: { 'job.id': 'axes', epoch: 3 }, at: 1n },
    { value: Number.POSITIVE_INFINITY, attributes: { 'job.id': 'axes', batch: '8.0' }, at: 2n },
    { value: Number.NEGATIVE_INFINITY, attributes: { 'job.id': 'axes' }, at: 3n, start: 0n },
    { value: 1, attributes: { 'job.id': 'axes', epoch: 'two', batch: Number.NaN }, at: 4n },
    { value: 2, attributes: { 'job.id': 'axes', batch: 1e300, epoch: -0.5 }, at: 5n },
  ]);
  const common = { RunId: 'axes', Started: '2026-11-18 11:06:40.000000000' };
  const time = (nanos: number) => `2026-11-18 11:06:40.00000000${nanos}`;
  expect(await pointsOf('axes')).toEqual([
    { ...common, EpochWhole: '-1', Batch: '0', Time: time(5), Epoch: -0.5, Axes: 'epoch', Value: 2 },
    {
      ...common,
      EpochWhole: '0',
      Batch: '0',
      Time: time(3),
      Epoch: 0,
      Axes: 'time',
      Value: Number.NEGATIVE_INFINITY,
      Started: time(3),
    },
    { ...common, EpochWhole: '0', Batch: '0', Time: time(4), Epoch: 0, Axes: 'time', Value: 1 },
    {
      ...common,
      EpochWhole: '0',
      Batch: '8',
      Time: time(2),
      Epoch: 0,
      Axes: 'batch',
      Value: Number.POSITIVE_INFINITY,
    },
    {
      ...common,
      EpochWhole: '2',
      Batch: '7',
      Time: time(0),
      Epoch: 2.75,
      Axes: 'epoch and batch',
      Value: 0.5,
    },
    { ...common, EpochWhole: '3', Batch: '0', Time: time(1), Epoch: 3, Axes: 'epoch', Value: Number.NaN },
  ]);
});

test('the same point sent twice merges; a step repeated at another time does not', async () => {
  const first = { value: 1, attributes: { 'job.id': 'twice', epoch: 0, batch: 1 } };
  for (const value of [first, first, { ...first, value: 2, at: 9n }])
    await sendPoints('ml.training.loss', [value]);
  await store.connection.command('OPTIMIZE TABLE training_points FINAL');
  expect((await pointsOf('twice')).map((row) => row.Value)).toEqual([1, 2]);
});

test('a series is its metric and attributes in any order, without epoch and batch', async () => {
  await sendPoints('ml.training.loss', [
    { value: 1, attributes: { 'job.id': 'series', rank: 0, epoch: 0, batch: 1 } },
    { value: 2, attributes: { batch: 2, rank: 0, 'job.id': 'series', epoch: 1 }, at: 5n },
    { value: 3, attributes: { 'job.id': 'series', rank: 1, batch: 1 } },
  ]);
  const series = await store.connection.query<object>(
    `SELECT * EXCEPT (Series, LastValue, LastEpochWhole, LastEpoch, LastBatch, RecentTimes),
       finalizeAggregation(LastValue) AS LastValue, finalizeAggregation(LastEpoch) AS LastEpoch,
       finalizeAggregation(LastBatch) AS LastBatch, length(finalizeAggregation(RecentTimes)) AS RecentTimes
     FROM training_series FINAL WHERE RunId = 'series' ORDER BY Attributes['rank']`,
  );
  const common = {
    RunId: 'series',
    MetricName: 'ml.training.loss',
    Unit: '1',
    LastReceivedAt: RECEIVED,
    NotFinite: 0,
  };
  const first = '2026-11-18 11:06:40.000000000';
  expect(series).toEqual([
    {
      ...common,
      Attributes: { 'job.id': 'series', rank: '0' },
      FirstTime: first,
      LastTime: '2026-11-18 11:06:40.000000005',
      Axes: 8,
      LastValue: 2,
      LastEpoch: 1,
      LastBatch: '2',
      MinValue: 1,
      MaxValue: 2,
      RecentTimes: '2',
    },
    {
      ...common,
      Attributes: { 'job.id': 'series', rank: '1' },
      FirstTime: first,
      LastTime: first,
      Axes: 2,
      LastValue: 3,
      LastEpoch: 0,
      LastBatch: '1',
      MinValue: 3,
      MaxValue: 3,
      RecentTimes: '1',
    },
  ]);
  const [same] = await store.connection.query<{ n: string }>(
    "SELECT uniqExact(Series) AS n FROM training_points WHERE RunId = 'series'",
  );
  expect(same?.n).toBe('2');
});

test('epochs know the range of their batches', async () => {
  await sendPoints('ml.training.loss', [
    { value: 1, attributes: { 'job.id': 'epochs', epoch: 0.5, batch: 3 } },
    { value: 1, attributes: { 'job.id': 'epochs', epoch: 0.9, batch: 9 } },
    { value: 1, attributes: { 'job.id': 'epochs', epoch: 1, batch: 0 } },
    { value: 1, attributes: { 'job.id': 'epochs', epoch: 1 } },
  ]);
  expect(
    await store.connection.query<object>(
      "SELECT EpochWhole, MinBatch, MaxBatch FROM training_epochs FINAL WHERE RunId = 'epochs' ORDER BY EpochWhole",
    ),
  ).toEqual([
    { EpochWhole: '0', MinBatch: '3', MaxBatch: '9' },
    { EpochWhole: '1', MinBatch: '0', MaxBatch: '0' },
  ]);
});

test('a cell says what its points are, whether they rise, and from where to where each block went', async () => {
  const at = (epoch: number, batch: number, seconds: number, value = batch) => ({
    value,
    attributes: { 'job.id': 'cells', epoch, batch },
    at: BigInt(seconds) * 1_000_000_000n,
  });
  await sendPoints('ml.training.loss', [at(0, 62, 1), at(0, 63, 2, Number.NaN), at(0, 64, 3), at(0, 66, 5)]);
  await sendPoints('ml.training.loss', [at(0, 65, 4, Number.POSITIVE_INFINITY)]);
  await sendPoints('ml.training.loss', [at(1, 3, 1), at(1, 2, 2), at(2, 5, 1), at(2, 5, 3_000)]);
  const rows = await store.connection.query<object>(
    `SELECT EpochWhole, Cell, Hour - 498611 AS Hour, MinBatch, MaxBatch, MinValue, MaxValue, NotFinite, Points, Disorder,
       arrayMap(block -> (toUInt8(bitShiftRight(block, 58)), toUInt8(bitAnd(bitShiftRight(block, 52), 63))), arraySort(Blocks)) AS Blocks
     FROM training_cells FINAL WHERE RunId = 'cells' ORDER BY EpochWhole, Cell, Hour`,
  );
  expect(rows.map((found) => Object.values(found))).toEqual([
    ['0', '0', '0', '62', '63', 62, 62, 1, '2', 0, [[62, 63]]],
    [
      '0',
      '1',
      '0',
      '64',
      '66',
      64,
      66,
      2,
      '3',
      0,
      [
        [0, 2],
        [1, 1],
      ],
    ],
    ['1', '0', '0', '2', '3', 2, 3, 0, '2', 2, [[2, 3]]],
    ['2', '0', '0', '5', '5', 5, 5, 0, '2', 1, [[5, 5]]],
  ]);
});

test('the run of a point is its own, else its resource’s; other metrics and points of no run are none', async () => {
  await sendPoints('ml.training.loss', [{ value: 1, attributes: { batch: 1 } }], { 'job.id': 'of-resource' });
  await sendPoints('cpu.load', [{ value: 1, attributes: { 'job.id': 'none', batch: 1 } }]);
  await sendPoints('ml.training.loss', [{ value: 1, attributes: { batch: 1 } }]);
  expect(await pointsOf('of-resource')).toHaveLength(1);
  expect(await pointsOf('none')).toHaveLength(0);
  expect(await pointsOf('')).toHaveLength(0);
});

test('a run is what its events and points say, in whatever order they come', async () => {
  const event = (eventName: string, at: bigint, more: { [key: string]: Json } = {}, body?: Json) => ({
    timeUnixNano: String(START + at),
    eventName,
    attributes: attributes({
      'job.id': 'run',
      'model.name': 'resnet',
      dataset: 'imagenet',
      rank: 1,
      ...more,
    }),
    ...(body !== undefined && { body: anyValue(body) }),
  });
  const logRecords = [
    event('ml.run.finished', 9n, { 'ml.run.status': 'failed' }),
    event('ml.run.started', 0n, { 'label.team': 'vision', 'ml.project': 'p1' }),
    event('ml.run.heartbeat', 3n, { 'ml.run.heartbeat.interval': 30 }),
    event('ml.run.config', 1n, {}, { lr: 0.1, layers: [1, 2] }),
    event('other.event', 99n, { 'model.name': 'not this' }),
  ];
  const logs = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  await insert(store.connection, 'logs', logs, token('run'));
  await sendPoints('ml.training.loss', [
    { value: 1, attributes: { 'job.id': 'run', rank: 0, batch: 1 }, at: 5n },
  ]);
  const [row] = await store.connection.query<object>(
    "SELECT * REPLACE (arraySort(Ranks) AS Ranks) FROM training_runs FINAL WHERE RunId = 'run'",
  );
  const at = (nanos: number) => `2026-11-18 11:06:40.00000000${nanos}`;
  expect(row).toEqual({
    RunId: 'run',
    Model: { At: at(9), Value: 'resnet' },
    Dataset: { At: at(9), Value: 'imagenet' },
    Project: { At: at(0), Value: 'p1' },
    Labels: { At: at(0), Value: '{"team":"vision"}' },
    Config: { At: at(1), Value: '{"layers":[1,2],"lr":0.1}' },
    Status: { At: at(9), Value: 'failed' },
    HeartbeatInterval: { At: at(3), Value: 30 },
    Ordered: { At: '1970-01-01 00:00:00.000000000', Value: '' },
    Starts: [at(0)],
    Ranks: ['0', '1'],
    StartedAt: at(0),
    FinishedAt: at(9),
    FirstPointAt: at(5),
    LastPointAt: at(5),
    LastPointReceivedAt: RECEIVED,
    LastHeartbeatReceivedAt: RECEIVED,
    LastReceivedAt: RECEIVED,
  });
});

test('what the exporter writes into the metric table becomes points, too', async () => {
  await store.connection.command(
    `INSERT INTO otel_metrics_gauge (ResourceAttributes, MetricName, Attributes, StartTimeUnix, TimeUnix, Value)
     VALUES (map(), 'ml.training.loss', map('job.id', 'exported', 'batch', '4'), 1795000000, 1795000001, 0.5)`,
  );
  expect(await pointsOf('exported')).toMatchObject([{ Batch: '4', Value: 0.5, Axes: 'batch' }]);
});
