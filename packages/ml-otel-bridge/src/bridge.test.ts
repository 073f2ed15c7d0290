import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { type Bridge, createBridge } from './bridge.ts';
import type { BridgeOptions } from './bridge-options.ts';
import { REMEMBERED_PER_RUN } from './runs/seen-snapshots.ts';
import { buildSnapshot, createFakeClock, createMemoryReceiver } from './testing/index.ts';

const step = (batch: number, rest: Parameters<typeof buildSnapshot>[0] = {}) =>
  buildSnapshot({
    timestamp: new Date(Date.UTC(2025, 0, 1) + batch * 1000).toISOString(),
    metrics: { batch_number: batch, processing_time_ms: 100 },
    ...rest,
  });

function setUp(options: BridgeOptions = {}) {
  const receiver = createMemoryReceiver();
  const clock = createFakeClock();
  const logged: string[] = [];
  const log = (level: string) => (_: object, message: string) => void logged.push(`${level}: ${message}`);
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  const bridge = createBridge({
    clients: receiver.clients,
    clock,
    logger,
    env: {},
    selfMetricsIntervalMillis: 0,
    ...options,
  });
  const named = (name: string) => receiver.points.filter((point) => point.name === `ml.training.${name}`);
  return { receiver, clock, bridge, logged, named };
}

async function selfMetric(bridge: Bridge, name: string): Promise<number> {
  const { scopeMetrics } = await bridge.selfMetrics();
  const metric = scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .find(({ descriptor }) => descriptor.name === `ml.bridge.${name}`);
  return (metric?.dataPoints ?? []).reduce((sum, { value }) => sum + (value as number), 0);
}

describe('record', () => {
  test('points leave within a second of being recorded', async () => {
    const { bridge, clock, named } = setUp();
    expect(bridge.record(step(1))).toEqual({ status: 'accepted' });
    await clock.advance(999);
    expect(named('loss')).toHaveLength(0);
    await clock.advance(1);
    expect(named('loss')).toHaveLength(1);
  });

  test('OTEL_METRIC_EXPORT_INTERVAL sets the pace, and a bad one is named', async () => {
    const { bridge, clock, named } = setUp({ env: { OTEL_METRIC_EXPORT_INTERVAL: '5000' } });
    bridge.record(step(1));
    await clock.advance(4_999);
    expect(named('loss')).toHaveLength(0);
    await clock.advance(1);
    expect(named('loss')).toHaveLength(1);
    expect(() => setUp({ env: { OTEL_METRIC_EXPORT_INTERVAL: '5s' } })).toThrow(
      'OTEL_METRIC_EXPORT_INTERVAL="5s"',
    );
  });

  test('takes whatever it is given without throwing', () => {
    const { bridge } = setUp();
    const hostile = [
      undefined,
      new Proxy(
        {},
        {
          get() {
            throw new Error('trap');
          },
        },
      ),
      {
        job_metadata: { job_id: 'a' },
        get training_metrics() {
          throw new Error('getter');
        },
      },
    ];
    for (const input of hostile) expect(bridge.record(input).status).toBe('rejected');
    const loop: Record<string, unknown> = {};
    loop.again = loop;
    let reads = 0;
    const moody = {
      get lr() {
        reads += 1;
        if (reads > 1) throw new Error('read twice');
        return 0.1;
      },
    };
    for (const config of [{ seed: 1n }, { run: () => 1 }, { at: Symbol('x') }, loop, new Map([[1, 2n]])]) {
      expect(['rejected', 'accepted']).toContain(bridge.record({ ...step(1), config }).status);
    }
    expect(bridge.record({ ...step(2), config: moody })).toEqual({ status: 'accepted' });
    fc.assert(fc.property(fc.anything(), (input) => void bridge.record(input)));
  });

  test('while the receiver is away points wait, and go out later with their own times, each once', async () => {
    const { bridge, clock, receiver, named, logged } = setUp();
    receiver.answer({ status: 'retry', reason: 'away' });
    for (let batch = 1; batch <= 100; batch++) {
      bridge.record(step(batch));
      await clock.advance(600);
    }
    expect(named('loss')).toHaveLength(0);
    expect(await selfMetric(bridge, 'points.buffered')).toBe(900);
    receiver.answer({ status: 'sent' });
    await clock.advance(10_000);
    expect(named('loss').map(({ attributes }) => attributes.batch)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
    expect(named('loss').map(({ time }) => time[0])).toEqual(
      Array.from({ length: 100 }, (_, i) => Date.UTC(2025, 0, 1) / 1000 + i + 1),
    );
    expect((named('processing_time_ms').at(-1)!.value as Histogram).count).toBe(100);
    expect(logged.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    expect(await selfMetric(bridge, 'points.exported')).toBe(900);
    expect(await selfMetric(bridge, 'export.failures')).toBeGreaterThan(5);
  });

  test('a batch that fell between two exports is a reset with a new start time', async () => {
    const { bridge, clock, named } = setUp();
    bridge.record(step(50));
    await clock.advance(1_000);
    bridge.record(step(60));
    await clock.advance(1_000);
    bridge.record(step(2, { timestamp: '2025-06-01T00:00:00Z' }));
    await clock.advance(1_000);
    const [first, second, third] = named('batch_number');
    expect([first!.value, second!.value, third!.value]).toEqual([50, 60, 2]);
    expect(second!.startTime).toEqual(first!.startTime);
    expect(third!.startTime[0]).toBeGreaterThan(second!.startTime[0]);
    expect(third!.startTime).toEqual(third!.time);
  });

  test('remembers the last thousand of a job, and counts what it saw', async () => {
    const { bridge, clock } = setUp();
    for (let batch = 0; batch <= REMEMBERED_PER_RUN; batch++) bridge.record(step(batch));
    expect(bridge.record(step(1)).status).toBe('duplicate');
    expect(bridge.record(step(REMEMBERED_PER_RUN)).status).toBe('duplicate');
    expect(bridge.record(step(0)).status).toBe('accepted');
    bridge.record({ nonsense: true });
    await clock.advance(1_000);
    expect(await selfMetric(bridge, 'snapshots.read')).toBe(REMEMBERED_PER_RUN + 5);
    expect(await selfMetric(bridge, 'snapshots.duplicates')).toBe(2);
    expect(await selfMetric(bridge, 'snapshots.rejected')).toBe(1);
  });

  test('with no room the oldest go, counted and said', async () => {
    const { bridge, clock, receiver, named, logged } = setUp({ bufferBytes: 200_000 });
    receiver.answer({ status: 'retry', reason: 'away' });
    for (let batch = 0; batch < 200; batch++) bridge.record(step(batch));
    receiver.answer({ status: 'sent' });
    await clock.advance(20_000);
    const kept = named('loss').map(({ attributes }) => attributes.batch as number);
    expect(kept.at(-1)).toBe(199);
    expect(kept.length).toBeLessThan(200);
    expect(await selfMetric(bridge, 'points.dropped')).toBe((200 - kept.length) * 9);
    expect(logged.some((line) => line.startsWith('error: the buffer is full'))).toBe(true);
  });

  test('told to refuse, it refuses what does not fit and takes the same later', async () => {
    const { bridge, clock, receiver, named } = setUp({ bufferBytes: 200_000, whenFull: 'refuse' });
    receiver.answer({ status: 'retry', reason: 'away' });
    let batch = 0;
    while (bridge.record(step(batch)).status === 'accepted') batch += 1;
    expect(bridge.record(step(batch))).toEqual({ status: 'full', reason: 'full' });
    receiver.answer({ status: 'sent' });
    await clock.advance(20_000);
    expect(bridge.record(step(batch)).status).toBe('accepted');
    await clock.advance(1_000);
    expect(named('loss')).toHaveLength(batch + 1);
  });

  test('several at once are answered in order, and a repeat among them is one', async () => {
    const { bridge, clock, named } = setUp();
    expect(bridge.recordAll([step(1), step(1), { bad: 1 }, step(2)]).map(({ status }) => status)).toEqual([
      'accepted',
      'duplicate',
      'rejected',
      'accepted',
    ]);
    await clock.advance(1_000);
    expect(named('loss')).toHaveLength(2);
  });

  test('says once that it reads a time without zone as UTC, and that a clock is ahead', () => {
    const { bridge, logged } = setUp();
    for (let second = 10; second < 20; second++) {
      bridge.record(buildSnapshot({ timestamp: `2025-01-01T00:00:${second}` }));
      bridge.record(buildSnapshot({ timestamp: `2036-01-01T00:00:${second}Z` }));
    }
    expect(logged.filter((line) => line.startsWith('warn'))).toHaveLength(2);
  });
});

describe('jobs', () => {
  test('ten thousand jobs that end leave nothing behind', async () => {
    const { bridge, clock, named } = setUp();
    for (let job = 0; job < 10_000; job++) {
      bridge.record(step(1, { metadata: { job_id: `job-${job}` }, status: 'finished' }));
      if (job % 100 === 0) await clock.advance(1_000);
    }
    await clock.advance(10_000);
    expect(bridge.stats()).toMatchObject({ liveJobs: 0, pendingPoints: 0 });
    expect(named('processing_time_ms')).toHaveLength(10_000);
  });

  test('a silent job is forgotten after its time, and begins anew when it speaks again', async () => {
    const { bridge, clock, named } = setUp({ jobIdleTimeoutMillis: 60_000 });
    bridge.record(step(1));
    await clock.advance(59_000);
    bridge.record(step(1, { metadata: { job_id: 'other' } }));
    expect(bridge.stats().liveJobs).toBe(2);
    await clock.advance(12_000);
    bridge.record(step(2, { metadata: { job_id: 'other' } }));
    expect(bridge.stats().liveJobs).toBe(1);
    bridge.record(step(2));
    await clock.advance(1_000);
    const counts = named('processing_time_ms').filter(
      ({ attributes }) => attributes['job.id'] === 'training-job-123',
    );
    expect(counts.map(({ value }) => (value as Histogram).count)).toEqual([1, 1]);
  });
});

describe('run events', () => {
  test('start, configuration, heartbeat and end of a run', async () => {
    const { bridge, clock, receiver } = setUp();
    const labels = { team: 'vision', 'ml.project': 'cats' };
    bridge.record(step(1, { config: { lr: 0.1 }, metadata: { labels } }));
    bridge.record(step(2, { config: { lr: 0.1 } }));
    bridge.record(step(3, { config: { lr: 0.2 } }));
    await clock.advance(31_000);
    bridge.record(step(4));
    bridge.record(step(5, { status: 'failed' }));
    await clock.advance(1_000);
    expect(receiver.events.map(({ eventName }) => eventName)).toEqual([
      'ml.run.started',
      'ml.run.config',
      'ml.run.config',
      'ml.run.heartbeat',
      'ml.run.finished',
    ]);
    const [started, config, , heartbeat, finished] = receiver.events;
    expect(started!.attributes).toEqual({
      'job.id': 'training-job-123',
      'model.name': 'resnet-50',
      dataset: 'imagenet',
      'label.team': 'vision',
      'ml.project': 'cats',
    });
    expect(started!.hrTime).toEqual([Date.UTC(2026, 0, 1) / 1000, 0]);
    expect(config!.body).toEqual({ lr: 0.1 });
    expect(heartbeat!.attributes['ml.run.heartbeat.interval']).toBe(30);
    expect(finished!.attributes['ml.run.status']).toBe('failed');
  });

  test('a last word needs no more than the job’s id, and ends the run that it belongs to', async () => {
    const { bridge, clock, receiver } = setUp();
    bridge.recordAll([step(1), { job_metadata: { job_id: 'training-job-123' }, status: 'finished' }]);
    bridge.record(step(1, { metadata: { job_id: 'other' } }));
    bridge.record({ job_metadata: { job_id: 'other' }, status: 'failed' });
    await clock.advance(1_000);
    expect(bridge.stats().liveJobs).toBe(0);
    const ends = receiver.events.filter(({ eventName }) => eventName === 'ml.run.finished');
    expect(ends.map(({ attributes }) => [attributes['job.id'], attributes['model.name']])).toEqual([
      ['training-job-123', 'resnet-50'],
      ['other', 'resnet-50'],
    ]);
    expect(receiver.events.filter(({ eventName }) => eventName === 'ml.run.started')).toHaveLength(2);
  });

  test('a receiver without logs is not asked again, and metrics go on', async () => {
    const { clients, points } = createMemoryReceiver();
    let asked = 0;
    const logs = {
      send: async () => {
        asked += 1;
        return { status: 'unsupported', reason: 'UNIMPLEMENTED' } as const;
      },
      close() {},
    };
    const { bridge, clock } = setUp({ clients: { metrics: clients.metrics, logs } });
    bridge.record(step(1));
    await clock.advance(2_000);
    bridge.record(step(2, { status: 'finished' }));
    await clock.advance(2_000);
    expect(asked).toBe(1);
    expect(points.filter(({ name }) => name === 'ml.training.loss')).toHaveLength(2);
  });
});

describe('with a spool', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Ends without sending, as a kill does: what is on disk is all that remains. */
  const kill = (bridge: Bridge) => bridge.shutdown({ timeoutMillis: 0 });

  test('after a kill nothing is lost, nothing counted twice, and histograms go on where they were', async () => {
    const first = setUp({ spool: { folder } });
    for (let batch = 1; batch <= 10; batch++) first.bridge.record(step(batch));
    await first.clock.advance(1_000);
    first.receiver.answer({ status: 'retry', reason: 'away' });
    for (let batch = 11; batch <= 20; batch++) first.bridge.record(step(batch));
    const ended = kill(first.bridge);
    await first.clock.advance(1_000);
    await ended;

    const second = setUp({ spool: { folder } });
    expect(second.bridge.record(step(5)).status).toBe('duplicate');
    expect(second.bridge.record(step(15)).status).toBe('duplicate');
    second.bridge.record(step(21));
    await second.clock.advance(2_000);
    expect(first.named('loss')).toHaveLength(10);
    expect(second.named('loss').map(({ attributes }) => attributes.batch)).toEqual([
      11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    ]);
    const before = first.named('processing_time_ms').at(-1)!;
    const after = second.named('processing_time_ms').at(-1)!;
    expect((before.value as Histogram).count).toBe(10);
    expect((after.value as Histogram).count).toBe(21);
    expect(after.startTime).toEqual(before.startTime);
    expect(second.receiver.events.map(({ eventName }) => eventName)).not.toContain('ml.run.started');
    const closing = second.bridge.shutdown();
    await second.clock.advance(5_000);
    expect(await closing).toBe(true);
  });

  test('a request whose answer was lost goes out again as the same points', async () => {
    const first = setUp({ spool: { folder } });
    first.bridge.record(step(1));
    await first.clock.advance(1_000);
    first.receiver.answer(() => new Promise(() => {}));
    first.bridge.record(step(2));
    await first.clock.advance(1_000);
    const ended = kill(first.bridge);
    await first.clock.advance(1_000);
    await ended;

    const second = setUp({ spool: { folder } });
    await second.clock.advance(2_000);
    expect(second.named('loss').map(({ attributes }) => attributes.batch)).toEqual([2]);
    expect((second.named('processing_time_ms').at(-1)!.value as Histogram).count).toBe(2);
    const closing = second.bridge.shutdown();
    await second.clock.advance(5_000);
    await closing;
  });

  test('NaN and infinities come back as they were', async () => {
    const first = setUp({ spool: { folder } });
    first.bridge.record(
      step(1, { metrics: { training_loss: Number.NaN, accuracy: Number.NEGATIVE_INFINITY } }),
    );
    const ended = kill(first.bridge);
    await first.clock.advance(1_000);
    await ended;
    const second = setUp({ spool: { folder } });
    await second.clock.advance(2_000);
    const values = [
      ...first.named('loss'),
      ...second.named('loss'),
      ...first.named('accuracy'),
      ...second.named('accuracy'),
    ];
    expect(values.map(({ value }) => value)).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
    const closing = second.bridge.shutdown();
    await second.clock.advance(5_000);
    await closing;
  });
});

describe('shutdown', () => {
  test('sends what waits, and takes nothing more', async () => {
    const { bridge, clock, named } = setUp();
    bridge.record(step(1));
    const ended = bridge.shutdown();
    await clock.advance(3_000);
    expect(await ended).toBe(true);
    expect(named('loss')).toHaveLength(1);
    expect(bridge.record(step(2))).toEqual({ status: 'full', reason: 'full' });
    expect(await bridge.shutdown()).toBe(true);
  });

  test('ends in time when the receiver never answers, and says what was lost', async () => {
    const { bridge, clock, receiver, logged } = setUp();
    receiver.answer(() => new Promise(() => {}));
    bridge.record(step(1));
    const ended = bridge.shutdown({ timeoutMillis: 3_000 });
    await clock.advance(3_000);
    expect(await ended).toBe(false);
    expect(logged.some((line) => line.startsWith('error: points could not be sent and are lost'))).toBe(true);
  });
});
