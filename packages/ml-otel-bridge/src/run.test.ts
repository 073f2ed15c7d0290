import { describe, expect, test } from 'bun:test';
import { createBridge } from './bridge.ts';
import { startRun } from './run.ts';
import { createFakeClock, createMemoryReceiver } from './testing/index.ts';

function setUp() {
  const receiver = createMemoryReceiver();
  const clock = createFakeClock();
  const bridgeOptions = { clients: receiver.clients, clock, env: {}, selfMetricsIntervalMillis: 0 };
  const finish = async <T>(promise: Promise<T>) => {
    await clock.advance(15_000);
    return promise;
  };
  return { receiver, clock, bridgeOptions, finish };
}

describe('startRun', () => {
  test('a loop from start to end', async () => {
    const { receiver, bridgeOptions, clock, finish } = setUp();
    const run = startRun({ jobId: 'r1', modelName: 'm', dataset: 'd', config: { lr: 0.1 }, bridgeOptions });
    for (let batch = 1; batch <= 3; batch++) {
      expect(run.log({ loss: 1 / batch, perplexity: batch }, { epoch: 0, batch })).toEqual({
        status: 'accepted',
      });
      await clock.advance(100);
    }
    expect(await finish(run.end())).toBe(true);
    const losses = receiver.points.filter(({ name }) => name === 'ml.training.loss');
    expect(losses.map(({ attributes }) => attributes.batch)).toEqual([1, 2, 3]);
    expect(losses[0]!.startTime).toEqual([Date.UTC(2026, 0, 1) / 1000, 0]);
    expect(receiver.events.map(({ eventName }) => eventName)).toEqual([
      'ml.run.started',
      'ml.run.config',
      'ml.run.finished',
    ]);
    expect(run.log({ loss: 1 }).status).toBe('full');
  });

  test('equal measurements in one millisecond are all kept', async () => {
    const { receiver, bridgeOptions, finish } = setUp();
    const run = startRun({ jobId: 'r1', bridgeOptions });
    for (let index = 0; index < 10; index++) expect(run.log({ loss: 0.5 }).status).toBe('accepted');
    await finish(run.end());
    expect(receiver.points).toHaveLength(10);
  });

  test('bad data is answered, not thrown', async () => {
    const { bridgeOptions, finish } = setUp();
    const run = startRun({ jobId: 'r1', bridgeOptions });
    expect(run.log({ loss: 'x' as unknown as number })).toMatchObject({
      status: 'rejected',
      issues: [{ path: 'training_metrics.loss' }],
    });
    await finish(run.end('failed'));
  });

  test('await using ends the run', async () => {
    const { receiver, bridgeOptions, clock } = setUp();
    const scope = (async () => {
      await using run = startRun({ jobId: 'r1', bridgeOptions });
      run.log({ loss: 1 });
    })();
    await clock.advance(15_000);
    await scope;
    expect(receiver.events.at(-1)?.attributes['ml.run.status']).toBe('finished');
  });

  test('runs share a bridge, which outlives them', async () => {
    const { receiver, bridgeOptions, finish } = setUp();
    const bridge = createBridge(bridgeOptions);
    const runs = ['a', 'b'].map((jobId) => startRun({ jobId, bridge }));
    for (const run of runs) run.log({ loss: 1 }, { batch: 1 });
    await finish(Promise.all(runs.map((run) => run.end())));
    expect(receiver.points.filter(({ name }) => name === 'ml.training.loss')).toHaveLength(2);
    expect(bridge.record({ job_metadata: { job_id: 'c' }, training_metrics: { loss: 1 } }).status).toBe(
      'accepted',
    );
    await finish(bridge.shutdown());
  });

  test('a run that is alive between two steps says so', async () => {
    const { receiver, bridgeOptions, clock, finish } = setUp();
    const run = startRun({ jobId: 'r1', bridgeOptions });
    await clock.advance(95_000);
    const beats = receiver.events.filter(({ eventName }) => eventName === 'ml.run.heartbeat');
    expect(beats).toHaveLength(3);
    await finish(run.end());
    const count = receiver.events.length;
    await clock.advance(120_000);
    expect(receiver.events).toHaveLength(count);
  });

  test('a run that cannot be described does not start, and every reason is named', () => {
    const { bridgeOptions } = setUp();
    expect(() => startRun({ jobId: '', rank: -1, bridgeOptions })).toThrow(
      /job_metadata.job_id.*job_metadata.rank/,
    );
  });
});
