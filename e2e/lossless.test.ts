import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../scripts/wait-until.ts';
import { type Collector, startCollector } from './support/collector.ts';
import type { Point } from './support/otlp-json-reader.ts';
import { forwardTo, type OtlpSink, startOtlpSink } from './support/otlp-sink.ts';
import { type Service, startService } from './support/service.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

setDefaultTimeout(600_000);

const STEPS = 10_000;
const BATCHES_PER_EPOCH = 1_000;
const OUTAGE_MILLIS = 60_000;
const FIRST_STEP = Date.UTC(2026, 0, 1);

/**
 * Ten thousand steps through a file and ten thousand through HTTP, while the collector is away for a minute, is killed
 * and started again, and while each sender is killed and started again. What the collector passed on is compared
 * with what was sent, step by step.
 */
let sink: OtlpSink;
let collector: Collector;
let sidecar: Service;
let gateway: Service;
let folder: TempFolder;

beforeAll(async () => {
  folder = await tempFolder();
  sink = startOtlpSink();
  collector = await startCollector({ configs: ['config.yaml', 'forward.yaml'], env: forwardTo(sink) });
  const shared = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.grpcEndpoint, LOG_LEVEL: 'info' };
  [sidecar, gateway] = await Promise.all([
    startService('sidecar', {
      ...shared,
      METRICS_FILE_PATH: file(),
      COLLECTION_INTERVAL: '0.5',
      SPOOL_DIR: join(folder.path, 'sidecar-spool'),
    }),
    startService('push-gateway', { ...shared, SPOOL_DIR: join(folder.path, 'gateway-spool') }),
  ]);
  await Promise.all([writeAll(), pushAll(), disturb()]);
  await waitUntil(() => lossOf('file-job').size >= STEPS && lossOf('push-job').size >= STEPS, {
    what: 'every step to arrive',
    timeoutMs: 180_000,
  }).catch(() => {});
});

afterAll(async () => {
  await Promise.all([sidecar, gateway, collector].map((process) => process?.[Symbol.asyncDispose]()));
  await sink?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

describe.each(['file-job', 'push-job'])('%s', (job) => {
  test('every step arrives, with its own value, time, epoch and batch', () => {
    const arrived = lossOf(job);
    const missing = Array.from({ length: STEPS }, (_, step) => step).filter((step) => !arrived.has(step));
    expect(missing).toEqual([]);
    for (const [step, points] of arrived) {
      for (const point of points) {
        expect(point.value).toBe(loss(step));
        expect(point.attributes).toMatchObject({
          epoch: epochOf(step),
          batch: batchOf(step),
          'model.name': 'm',
          dataset: 'd',
        });
        expect(point.startTime).toBe(BigInt(FIRST_STEP) * 1_000_000n);
      }
    }
  });

  test('no step arrives twice with another value; a repeat is the same point again', () => {
    const repeats = [...lossOf(job).values()].filter((points) => points.length > 1);
    for (const points of repeats) expect(new Set(points.map(fingerprint)).size).toBe(1);
    console.log(`${job}: ${repeats.length} of ${STEPS} steps were sent again after a lost answer`);
  });

  test('no snapshot is counted twice in a histogram, over kills of the sender too', () => {
    const histograms = pointsOf(job, 'processing_time_ms');
    expect(new Set(histograms.map(({ startTime }) => startTime)).size).toBe(1);
    expect(histograms.at(-1)!.count).toBe(STEPS);
    expect(histograms.at(-1)!.value).toBe(STEPS * 100);
  });

  test('the batch numbers, which restart at each epoch, are resets of their sum', () => {
    const sums = pointsOf(job, 'batch_number').sort((a, b) => Number(a.time - b.time));
    expect(sums.at(-1)!.value).toBe(batchOf(STEPS - 1));
    for (const [index, { value, startTime, time }] of sums.entries()) {
      const before = sums[index - 1];
      if (before && value < before.value) expect(startTime).toBeGreaterThan(before.startTime);
      expect(startTime).toBeLessThanOrEqual(time);
    }
  });
});

test('the runs’ beginnings are told', () => {
  const started = sink.logs.filter(({ eventName }) => eventName === 'ml.run.started');
  expect(new Set(started.map(({ attributes }) => attributes['job.id']))).toEqual(
    new Set(['file-job', 'push-job']),
  );
});

let written = 0;
let mayWrite = Promise.resolve();

/**
 * The trainer: each step replaces the file whole, as soon as the one before was read. What is overwritten unread nobody
 * can read, and how fast a writer may go without that depends on the machine.
 */
async function writeAll(): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    await mayWrite;
    const next = `${file()}.next`;
    writeFileSync(next, JSON.stringify(snapshot('file-job', step)));
    renameSync(next, file());
    written = step + 1;
    await wasTaken();
  }
}

/** Snapshots that the sidecar took before it was killed. */
let takenBefore = 0;

async function takenSnapshots(): Promise<number> {
  const answer = await fetch(`${sidecar.url}/readyz`);
  return ((await answer.json()) as { taken_snapshots: number }).taken_snapshots;
}

async function wasTaken(): Promise<void> {
  await waitUntil(async () => takenBefore + (await takenSnapshots()) >= written, {
    what: `the sidecar to read step ${written}`,
    everyMs: 1,
  });
}

let pushed = 0;

/** A client that repeats what was not answered; singles and bodies of many lines by turns. */
async function pushAll(): Promise<void> {
  while (pushed < STEPS) {
    const count = pushed % 3 === 0 ? 1 : Math.min(40, STEPS - pushed);
    const lines = Array.from({ length: count }, (_, index) =>
      JSON.stringify(snapshot('push-job', pushed + index)),
    );
    const taken = await push(lines);
    if (taken) pushed += count;
    await Bun.sleep(taken ? 2 * count : 100);
  }
}

async function push(lines: readonly string[]): Promise<boolean> {
  try {
    const response = await fetch(`${gateway.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    const answer = (await response.json()) as { rejected?: unknown[] };
    if (response.status === 202) expect(answer.rejected).toEqual([]);
    return response.status === 202;
  } catch {
    return false;
  }
}

async function disturb(): Promise<void> {
  const both = (count: number) =>
    waitUntil(() => written >= count && pushed >= count, {
      what: `${count} steps to be sent`,
      timeoutMs: 300_000,
    });

  await both(1_000);
  await collector.stop();
  await both(1_800);
  await killSidecar();
  await gateway.kill9();
  await gateway.start();
  await Bun.sleep(OUTAGE_MILLIS);
  await collector.start();

  await both(6_000);
  await collector.kill9();
  await both(6_300);
  await collector.start();

  await both(8_000);
  await killSidecar();
  await gateway.kill9();
  await gateway.start();
}

/** The writer rests while the sidecar is down: nobody could read what it overwrites. */
async function killSidecar(): Promise<void> {
  let goOn = () => {};
  mayWrite = new Promise((resolve) => {
    goOn = resolve;
  });
  await wasTaken();
  await sidecar.kill9();
  takenBefore = written;
  await sidecar.start();
  goOn();
}

function snapshot(job: string, step: number): object {
  return {
    timestamp: new Date(FIRST_STEP + (step + 1) * 1_000).toISOString(),
    job_metadata: {
      job_id: job,
      model_name: 'm',
      dataset: 'd',
      start_time: new Date(FIRST_STEP).toISOString(),
    },
    training_metrics: {
      epoch: epochOf(step),
      batch_number: batchOf(step),
      training_loss: loss(step),
      processing_time_ms: 100,
    },
  };
}

function file(): string {
  return join(folder.path, 'current.json');
}

const epochOf = (step: number) => Math.floor(step / BATCHES_PER_EPOCH);
const batchOf = (step: number) => step % BATCHES_PER_EPOCH;
const loss = (step: number) => 1 / (step + 1);

function pointsOf(job: string, metric: string): Point[] {
  return sink.points.filter(
    (point) => point.metric === `ml.training.${metric}` && point.attributes['job.id'] === job,
  );
}

/** Points of the loss by step; the step is told from the time, which is the step's own. */
function lossOf(job: string): Map<number, Point[]> {
  const steps = new Map<number, Point[]>();
  for (const point of pointsOf(job, 'loss')) {
    const step = Number(point.time / 1_000_000n - BigInt(FIRST_STEP)) / 1_000 - 1;
    steps.set(step, [...(steps.get(step) ?? []), point]);
  }
  return steps;
}

function fingerprint({ value, time, startTime, attributes }: Point): string {
  return JSON.stringify([value, String(time), String(startTime), Object.entries(attributes).sort()]);
}
