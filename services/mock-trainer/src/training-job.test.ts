import { expect, test } from 'bun:test';
import { type JobOptions, TrainingJob } from './training-job.ts';
import { jobIdOf, workloadOf } from './workload.ts';

const startTime = new Date('2026-01-02T03:04:05Z');

function job(options: Partial<JobOptions> = {}): TrainingJob {
  return new TrainingJob({
    jobId: jobIdOf(0),
    workload: workloadOf(0),
    ranks: 1,
    length: { epochs: 90, batchesPerEpoch: 1251, forever: false },
    numbering: 'continue',
    seed: 1,
    startTime,
    ...options,
  });
}

/** The metrics of `count` snapshots of the first rank, each after `elapsedMs` of training. */
function run(trained: TrainingJob, count: number, elapsedMs = 10_000) {
  return Array.from({ length: count }, () => {
    trained.advance(elapsedMs);
    return trained.snapshots(startTime, 'running')[0]!;
  });
}

test('the first job is the documented one, and has every metric in its first snapshot', () => {
  const first = run(job(), 1, 0)[0]!;
  expect(first.timestamp).toBe('2026-01-02T03:04:05.000Z');
  expect(first.job_metadata).toEqual({
    job_id: 'training-job-123',
    model_name: 'resnet-50',
    dataset: 'imagenet',
    start_time: '2026-01-02T03:04:05.000Z',
  });
  expect(first.training_metrics.epoch).toBe(1);
  expect(first.training_metrics.batch_number).toBe(1);
  expect(Object.values(first.training_metrics)).toHaveLength(9);
  for (const value of Object.values(first.training_metrics)) expect(value).toBeGreaterThan(0);
});

test('the same seed gives the same run, another seed another', () => {
  const metrics = (seed: number) => run(job({ seed }), 50).map((snapshot) => snapshot.training_metrics);
  expect(metrics(7)).toEqual(metrics(7));
  expect(metrics(7)).not.toEqual(metrics(8));
});

test('hyperparameters stand in the first snapshots only', () => {
  const [first, , third, fourth] = run(job(), 4);
  expect(first!.config).toMatchObject({ optimizer: 'sgd', batch_size: 1024, epochs: 90 });
  expect(third!.config).toBeDefined();
  expect(fourth!.config).toBeUndefined();
});

test('at the default settings the run lasts hours, and ends', () => {
  const trained = job();
  let snapshots = 0;
  while (!trained.done) {
    trained.advance(10_000);
    snapshots += 1;
  }
  expect(snapshots * 10).toBeGreaterThan(6 * 3600);
  expect(snapshots * 10).toBeLessThan(24 * 3600);
});

test('a run that goes on forever is never done', () => {
  const trained = job({ length: { epochs: 1, batchesPerEpoch: 10, forever: true } });
  expect(run(trained, 100).at(-1)!.training_metrics.epoch).toBeGreaterThan(100);
  expect(trained.done).toBe(false);
});

test('the GPU is less busy while a validation runs', () => {
  const busy = run(job(), 300).map((snapshot) => snapshot.training_metrics.gpu_utilization);
  const dips = busy.filter((utilization) => utilization < 0.7).length;
  expect(dips).toBeGreaterThan(10);
  expect(dips).toBeLessThan(60);
  expect(Math.max(...busy)).toBeLessThanOrEqual(1);
});

test('batch numbers restart in each epoch when told to, and only then', () => {
  const length = { epochs: 3, batchesPerEpoch: 4, forever: false };
  const batches = (numbering: JobOptions['numbering']) =>
    run(job({ length, numbering }), 12, 0).map((snapshot) => snapshot.training_metrics.batch_number);
  expect(batches('restart')).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
  expect(batches('continue')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('ranks share the step and differ in what they measure', () => {
  const trained = job({ ranks: 2 });
  trained.advance(10_000);
  const [zero, one] = trained.snapshots(startTime, 'running');
  expect([zero!.job_metadata.rank, one!.job_metadata.rank]).toEqual([0, 1]);
  expect(zero!.training_metrics.batch_number).toBe(one!.training_metrics.batch_number);
  expect(zero!.training_metrics.training_loss).not.toBe(one!.training_metrics.training_loss);
});

test('divergence: infinite once, then NaN, and accuracy is that of guessing', () => {
  const trained = job();
  run(trained, 5);
  trained.diverge();
  const [first, second] = run(trained, 2).map((snapshot) => snapshot.training_metrics);
  expect(first!.training_loss).toBe(Number.POSITIVE_INFINITY);
  expect(second!.training_loss).toBeNaN();
  expect(second!.validation_loss).toBeNaN();
  expect(second!.accuracy).toBe(0.001);
});

for (const written of [1, 5, 11, 12, 25]) {
  test(`a restart after ${written} snapshots continues from an earlier step`, () => {
    const trained = job();
    const before = run(trained, written).at(-1)!.training_metrics.batch_number;
    trained.restart();
    const after = run(trained, 1, 0)[0]!.training_metrics.batch_number;
    if (written === 1) expect(after).toBe(1);
    else expect(after).toBeLessThan(before);
  });
}
