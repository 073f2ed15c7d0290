import { afterEach, beforeEach, expect, test } from 'bun:test';
import pino from 'pino';
import { createPostSnapshots, parseRetryAfter } from './post-snapshots.ts';
import type { TrainingSnapshot } from './snapshot.ts';
import { defaultPushLimits, type PushLimits, SnapshotPush } from './snapshot-push.ts';
import { TrainingJob } from './training-job.ts';
import { jobIdOf, workloadOf } from './workload.ts';

type Request = { batches: number[]; authorization: string | null; at: number };

let requests: Request[];
let answers: (() => Response)[];
let gateway: Bun.Server<undefined>;
let lines: { level: number; msg: string; lost?: number; dropped?: number; reason?: string }[];

beforeEach(() => {
  requests = [];
  answers = [];
  lines = [];
  gateway = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: receive });
});
afterEach(() => gateway.stop(true));

async function receive(request: globalThis.Request): Promise<Response> {
  const snapshots = (await request.json()) as TrainingSnapshot[];
  const batches = snapshots.map((snapshot) => snapshot.training_metrics.batch_number);
  requests.push({ batches, authorization: request.headers.get('authorization'), at: performance.now() });
  return answers.shift()?.() ?? accepted(snapshots.length);
}

function accepted(count: number): Response {
  return Response.json({ accepted: count, duplicates: 0, rejected: [] }, { status: 202 });
}

function createPush(limits: Partial<PushLimits> = {}): SnapshotPush {
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  const post = createPostSnapshots(new URL('/v1/metrics', gateway.url), 'secret');
  return new SnapshotPush(post, log, { ...defaultPushLimits, firstRetryMs: 1, ...limits });
}

function snapshots(count: number): TrainingSnapshot[] {
  const length = { epochs: 1, batchesPerEpoch: 1000, forever: false };
  const startTime = new Date();
  const options = { jobId: jobIdOf(0), workload: workloadOf(0), ranks: 1, seed: 1, length, startTime };
  const job = new TrainingJob({ ...options, numbering: 'continue' });
  return Array.from({ length: count }, () => {
    job.advance(0);
    return job.snapshots(startTime, 'running')[0]!;
  });
}

const unlimited = () => new AbortController().signal;
const received = () => requests.flatMap(({ batches }) => batches);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('snapshots arrive in order, each once, with the token', async () => {
  const push = createPush({ perRequest: 10 });
  for (const snapshot of snapshots(35)) await push.write(snapshot);
  await push.close(unlimited());
  expect(received()).toEqual(numbers(1, 35));
  expect(requests[0]!.authorization).toBe('Bearer secret');
  expect(lines).toEqual([]);
});

test('while the gateway answers 503 or 429 nothing is lost', async () => {
  answers = [503, 429, 500].map((status) => () => new Response('later', { status }));
  const push = createPush();
  for (const snapshot of snapshots(20)) await push.write(snapshot);
  await push.close(unlimited());
  expect(received().slice(-20)).toEqual(numbers(1, 20));
  expect(requests.length).toBeGreaterThanOrEqual(4);
  expect(lines.map(({ level }) => level)).toEqual([40, 30]);
});

test('while there is no gateway at all nothing is lost', async () => {
  const { port } = gateway;
  const push = createPush();
  await gateway.stop(true);
  for (const snapshot of snapshots(20)) await push.write(snapshot);
  gateway = Bun.serve({ port: port!, hostname: '127.0.0.1', fetch: receive });
  await push.close(unlimited());
  expect(received()).toEqual(numbers(1, 20));
});

test('Retry-After is waited for', async () => {
  answers = [() => new Response('full', { status: 429, headers: { 'retry-after': '1' } })];
  const push = createPush();
  for (const snapshot of snapshots(1)) await push.write(snapshot);
  await push.close(unlimited());
  expect(requests).toHaveLength(2);
  expect(requests[1]!.at - requests[0]!.at).toBeGreaterThan(950);
});

test('Retry-After is seconds or a date, and never more than five minutes', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(parseRetryAfter('2', now)).toBe(2000);
  expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:03 GMT', now)).toBe(3000);
  expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
  expect(parseRetryAfter('999999', now)).toBe(300_000);
  expect(parseRetryAfter('soon', now)).toBeUndefined();
  expect(parseRetryAfter(null, now)).toBeUndefined();
});

test('what the gateway refuses is not sent again, and is reported as lost', async () => {
  answers = [() => new Response('no such token', { status: 401 })];
  const push = createPush();
  for (const snapshot of snapshots(1)) await push.write(snapshot);
  await push.close(unlimited());
  expect(requests).toHaveLength(1);
  expect(lines).toEqual([expect.objectContaining({ level: 50, lost: 1, reason: '401 no such token' })]);
});

test('the queue is bounded: the oldest go, and it is said', async () => {
  const { port } = gateway;
  const push = createPush({ queued: 10 });
  await gateway.stop(true);
  for (const snapshot of snapshots(15)) await push.write(snapshot);
  // The first request was on its way while the queue overflowed: it must have failed before there is a gateway again.
  while (!lines.some(({ reason }) => reason !== undefined)) await Bun.sleep(1);
  gateway = Bun.serve({ port: port!, hostname: '127.0.0.1', fetch: receive });
  await push.close(unlimited());
  expect(received()).toEqual(numbers(6, 15));
  expect(lines.find(({ dropped }) => dropped === 1)?.level).toBe(50);
});

test('closing gives up when told to, and says what was lost', async () => {
  const push = createPush({ firstRetryMs: 60_000 });
  await gateway.stop(true);
  for (const snapshot of snapshots(3)) await push.write(snapshot);
  await push.close(AbortSignal.timeout(50));
  expect(lines.at(-1)).toMatchObject({ level: 50, lost: 3 });
});
