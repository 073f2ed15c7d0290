import { describe, expect, test } from 'bun:test';
import type { RecordOutcome } from 'ml-otel-bridge';
import { buildSnapshot } from 'ml-otel-bridge/testing';
import { createTestGateway } from '../testing/test-gateway.ts';

const at = (batch: number) => buildSnapshot({ metrics: { batch_number: batch } });
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => JSON.stringify(at(from + index))).join('\n');
const NDJSON = { 'content-type': 'application/x-ndjson' };

const stats = () => ({ takenSnapshots: 0, pendingPoints: 0, pendingBytes: 0, liveJobs: 0 });

describe('when the buffer is full', () => {
  test('429 with Retry-After, and from where to send again; not ready until something left', async () => {
    await using gateway = createTestGateway({ bufferBytes: 2_000_000 });
    gateway.receiver.answer({ status: 'retry', reason: 'away' });
    const { status, headers, json } = await gateway.post(lines(0, 2_000), NDJSON);
    expect([status, json.type, headers.get('retry-after')]).toEqual([
      429,
      'urn:ml-otel:problem:buffer-full',
      '5',
    ]);
    expect(json.accepted).toBeGreaterThan(0);
    expect(json.resend_from).toBe(json.accepted!);
    expect((await gateway.request('/readyz')).status).toBe(503);
    expect((await gateway.request('/healthz')).status).toBe(200);

    gateway.receiver.answer({ status: 'sent' });
    await gateway.bridge.flush();
    expect((await gateway.request('/readyz')).status).toBe(200);
    const rest = await gateway.post(lines(json.resend_from!, 100), NDJSON);
    expect([rest.status, rest.json.duplicates]).toEqual([202, 0]);
  });

  test('an array says the same, and refusals before the first that was not taken', async () => {
    const outcomes: RecordOutcome[] = [
      { status: 'accepted' },
      { status: 'rejected', issues: [{ path: 'x', message: 'y' }] },
      { status: 'duplicate' },
      { status: 'full', reason: 'full' },
      { status: 'accepted' },
    ];
    await using gateway = createTestGateway({
      bridge: { recordAll: () => outcomes, stats, selfMetrics: () => Promise.reject() },
    });
    const { status, json } = await gateway.post([1, 2, 3, 4, 5]);
    expect(status).toBe(429);
    expect(json).toMatchObject({ accepted: 1, duplicates: 1, resend_from: 3 });
    expect(json.rejected?.map(({ index }) => index)).toEqual([1]);
  });

  test('503 where the disk takes nothing; ready again after a while, as only a push can tell', async () => {
    await using gateway = createTestGateway({
      bridge: {
        recordAll: (snapshots) => snapshots.map(() => ({ status: 'full', reason: 'disk' })),
        stats,
        selfMetrics: () => Promise.reject(),
      },
    });
    const { status, headers, json } = await gateway.post(at(1));
    expect([status, json.type, headers.get('retry-after')]).toEqual([503, 'urn:ml-otel:problem:disk', '30']);
    const readiness = await gateway.request('/readyz');
    expect([readiness.status, readiness.json.detail]).toEqual([503, expect.stringContaining('SPOOL_DIR')]);
  });
});

test('many short bodies that come faster than the receiver takes them wait, and none is refused', async () => {
  await using gateway = createTestGateway({ bufferBytes: 20_000_000 });
  gateway.receiver.answer(async () => {
    await Bun.sleep(20);
    return { status: 'sent' };
  });
  const body = (sender: number, part: number) =>
    Array.from({ length: 100 }, (_, index) =>
      buildSnapshot({ metadata: { job_id: `job-${sender}` }, metrics: { batch_number: part * 100 + index } }),
    );
  const send = async (sender: number) => {
    const statuses: number[] = [];
    for (let part = 0; part < 20; part++) statuses.push((await gateway.post(body(sender, part))).status);
    return statuses;
  };
  const statuses = await Promise.all(Array.from({ length: 8 }, (_, sender) => send(sender)));
  expect(new Set(statuses.flat())).toEqual(new Set([202]));
});

test('without a receiver one wait is enough: bodies after it are answered at once', async () => {
  await using gateway = createTestGateway();
  gateway.receiver.answer({ status: 'retry', reason: 'away' });
  const enough = Array.from({ length: 8_000 }, (_, batch) => JSON.stringify(at(batch))).join('\n');
  expect((await gateway.post(enough, NDJSON)).status).toBe(202);
  const start = performance.now();
  for (let batch = 0; batch < 20; batch++) {
    expect((await gateway.post(JSON.stringify(at(10_000 + batch)), NDJSON)).status).toBe(202);
  }
  // A wait for each would be twenty seconds.
  expect(performance.now() - start).toBeLessThan(15_000);
}, 60_000);

describe('while it shuts down', () => {
  test('503 with Retry-After, and not ready', async () => {
    await using gateway = createTestGateway();
    gateway.readiness.drain();
    const { status, headers, json } = await gateway.post(at(1));
    expect([status, json.type, headers.get('retry-after')]).toEqual([
      503,
      'urn:ml-otel:problem:shutting-down',
      '5',
    ]);
    expect((await gateway.request('/readyz')).status).toBe(503);
  });

  test('a body that was on its way when the bridge ended is told so', async () => {
    await using gateway = createTestGateway();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const answered = gateway.post(readable, NDJSON);
    void writer.write(new TextEncoder().encode(`${lines(0, 3)}\n`));
    while (gateway.bridge.stats().pendingPoints === 0) await new Promise((resolve) => setImmediate(resolve));
    gateway.readiness.drain();
    await gateway.bridge.shutdown();
    void writer.write(new TextEncoder().encode(`${lines(3, 3)}\n`));
    const { status, json } = await answered;
    expect([status, json.accepted, json.resend_from]).toEqual([503, 3, 3]);
  });
});
