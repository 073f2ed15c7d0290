import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrainingSnapshot } from './snapshot.ts';

let folder: string;
let path: string;
let started: Bun.Subprocess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mock-trainer-'));
  path = join(folder, 'metrics', 'current.json');
  started = [];
});
afterEach(async () => {
  for (const trainer of started) trainer.kill('SIGKILL');
  await Promise.all(started.map((trainer) => trainer.exited));
  await rm(folder, { recursive: true });
});

function start(args: string, env: Record<string, string> = {}) {
  const trainer = Bun.spawn(
    [process.execPath, join(import.meta.dir, 'main.ts'), ...args.split(' ').filter(Boolean)],
    {
      env: { PATH: process.env.PATH ?? '', METRICS_FILE_PATH: path, ...env },
      stdout: 'pipe',
      stderr: 'pipe',
    },
  );
  started.push(trainer);
  return trainer;
}

async function readSnapshot(file = path): Promise<TrainingSnapshot> {
  return JSON.parse(await readFile(file, 'utf8'));
}

/** Waits for `condition` to hold for the snapshot in the file. */
async function until(condition: (snapshot: TrainingSnapshot) => boolean): Promise<TrainingSnapshot> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const snapshot = await readSnapshot().catch(() => undefined);
    if (snapshot !== undefined && condition(snapshot)) return snapshot;
    await delay(5);
  }
  throw new Error('the metrics file did not come to what was waited for');
}

test('a run of N snapshots ends with status finished and exit code 0', async () => {
  const trainer = start('--interval 0.001 --steps 20');
  expect(await trainer.exited).toBe(0);
  const last = await readSnapshot();
  expect(last.status).toBe('finished');
  expect(last.training_metrics.batch_number).toBe(20);
});

test('a run that came to its last batch is finished', async () => {
  const trainer = start('--interval 0.001 --epochs 2 --batches-per-epoch 5 --batches restart');
  expect(await trainer.exited).toBe(0);
  const { status, training_metrics } = await readSnapshot();
  expect({ status, epoch: training_metrics.epoch, batch: training_metrics.batch_number }).toEqual({
    status: 'finished',
    epoch: 2,
    batch: 5,
  });
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal}: a last snapshot of a further step, status failed, exit code 0, and not only at the next step`, async () => {
    const trainer = start('--interval 3600');
    const first = await until((snapshot) => snapshot.status === 'running');
    const at = performance.now();
    trainer.kill(signal);
    expect(await trainer.exited).toBe(0);
    expect(performance.now() - at).toBeLessThan(20_000);
    const last = await readSnapshot();
    expect(last.status).toBe('failed');
    expect(last.training_metrics.batch_number).toBe(first.training_metrics.batch_number + 1);
  });
}

test('SIGTERM while the gateway is away still ends it', async () => {
  const trainer = start('--interval 3600 --push http://127.0.0.1:9');
  await until((snapshot) => snapshot.status === 'running');
  const at = performance.now();
  trainer.kill('SIGTERM');
  expect(await trainer.exited).toBe(0);
  expect(performance.now() - at).toBeLessThan(20_000);
  expect(await new Response(trainer.stdout).text()).toContain('"lost":2');
});

test('crash: exit code 1, and the file still says running', async () => {
  const trainer = start('--interval 0.001 --fault crash@4');
  expect(await trainer.exited).toBe(1);
  const { status, training_metrics } = await readSnapshot();
  expect(status).toBe('running');
  expect(training_metrics.batch_number).toBe(3);
});

test('stall: nothing is written any more, the process lives until it is stopped', async () => {
  const trainer = start('--interval 0.001 --fault stall@4');
  await until((snapshot) => snapshot.training_metrics.batch_number === 3);
  await delay(100);
  expect((await readSnapshot()).training_metrics.batch_number).toBe(3);
  expect(trainer.exitCode).toBeNull();
  trainer.kill('SIGTERM');
  expect(await trainer.exited).toBe(0);
});

test('NaN stands bare in the file', async () => {
  const trainer = start('--interval 0.001 --steps 5 --fault nan@4');
  await trainer.exited;
  expect(await readFile(path, 'utf8')).toContain('"training_loss": NaN, "validation_loss": NaN');
});

test('restart: the run goes on from an earlier step', async () => {
  const trainer = start('--interval 0.001 --steps 16 --fault restart@16');
  await trainer.exited;
  expect((await readSnapshot()).training_metrics.batch_number).toBe(2);
});

test('jobs and ranks have a file each', async () => {
  const trainer = start('--interval 0.001 --steps 2 --jobs 2 --ranks 2');
  await trainer.exited;
  const names = (await readdir(join(folder, 'metrics'))).sort();
  expect(names).toEqual(['current-2-rank-1.json', 'current-2.json', 'current-rank-1.json', 'current.json']);
  const other = await readSnapshot(join(folder, 'metrics', 'current-2-rank-1.json'));
  expect(other.job_metadata).toMatchObject({ job_id: 'training-job-124', model_name: 'bert-base', rank: 1 });
});

test('pushed instead of written: every snapshot arrives before the process ends', async () => {
  const batches: number[] = [];
  using gateway = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const snapshots = (await request.json()) as TrainingSnapshot[];
      batches.push(...snapshots.map((snapshot) => snapshot.training_metrics.batch_number));
      return Response.json({ accepted: snapshots.length, duplicates: 0, rejected: [] }, { status: 202 });
    },
  });
  const trainer = start(`--interval 0.001 --steps 50 --no-file --push ${gateway.url.href}`);
  expect(await trainer.exited).toBe(0);
  expect(batches).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(await readdir(folder)).toEqual([]);
});

test('bad settings: all are named on stderr, exit code 2', async () => {
  const trainer = start('--jobs none --speed 0', { LOG_LEVEL: 'loud' });
  expect(await trainer.exited).toBe(2);
  const text = await new Response(trainer.stderr).text();
  for (const name of ['--jobs', '--speed', 'LOG_LEVEL']) expect(text).toContain(`${name} is "`);
});

test('a token file that is not there: exit code 2 and what to do', async () => {
  const trainer = start('--push http://127.0.0.1:9', { ML_OTEL_TOKEN_FILE: join(folder, 'none') });
  expect(await trainer.exited).toBe(2);
  expect(await new Response(trainer.stdout).text()).toContain('ML_OTEL_TOKEN_FILE');
});

test('--help goes to stdout, exit code 0', async () => {
  const trainer = start('--help');
  expect(await trainer.exited).toBe(0);
  expect(await new Response(trainer.stdout).text()).toContain('--batches-per-epoch');
});
