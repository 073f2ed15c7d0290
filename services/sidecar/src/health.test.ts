import { expect, test } from 'bun:test';
import { createBridge, type SnapshotFileStatus } from 'ml-otel-bridge';
import { buildSnapshot, createMemoryReceiver } from 'ml-otel-bridge/testing';
import { createHealthHandler } from './health.ts';

const NOW = Date.now();
const fresh: SnapshotFileStatus = {
  present: true,
  lastLookAt: NOW - 1_000,
  lastReadAt: NOW - 2_000,
  lastChangeAt: undefined,
  trouble: undefined,
  waitingSnapshots: 0,
};

function setUp(status: Partial<SnapshotFileStatus> = {}) {
  const receiver = createMemoryReceiver();
  const bridge = createBridge({ clients: receiver.clients, selfMetricsIntervalMillis: 0 });
  const handler = createHealthHandler({
    bridge,
    source: { status: () => ({ ...fresh, ...status }) },
    file: '/metrics/current.json',
    intervalMillis: 10_000,
    now: () => NOW,
  });
  return {
    bridge,
    get: (path: string, init?: RequestInit) => handler(new Request(`http://localhost${path}`, init)),
  };
}

test('alive while the interval comes round', async () => {
  const { get } = setUp();
  expect((await get('/healthz')).status).toBe(200);
});

test('stuck when it does not', async () => {
  const { get } = setUp({ lastLookAt: NOW - 60_000 });
  const response = await get('/healthz');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: 'stuck', last_look_age_seconds: 60 });
});

test('ready, with what is known of the file and of sending', async () => {
  const { get, bridge } = setUp({ present: false, trouble: 'missing' });
  expect(await (await get('/readyz')).json()).toEqual({
    status: 'ready',
    file: {
      path: '/metrics/current.json',
      present: false,
      trouble: 'missing',
      last_read_age_seconds: 2,
      last_change_age_seconds: null,
      waiting_snapshots: 0,
    },
    taken_snapshots: 0,
    pending_points: 0,
    exported_points: 0,
    last_export_age_seconds: null,
  });
  bridge.record(buildSnapshot());
  await bridge.flush();
  const { exported_points, last_export_age_seconds } = (await (await get('/readyz')).json()) as Record<
    string,
    number
  >;
  expect(exported_points).toBeGreaterThan(0);
  expect(last_export_age_seconds).toBeGreaterThanOrEqual(0);
  await bridge.shutdown();
});

test('other paths and methods', async () => {
  const { get } = setUp();
  expect((await get('/')).status).toBe(404);
  expect((await get('/healthz', { method: 'POST' })).status).toBe(405);
});
