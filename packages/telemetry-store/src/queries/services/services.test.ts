import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { tracesRequest } from '../testing/make-requests.ts';
import { serviceOverTime } from './over-time.ts';
import { serviceStats } from './red.ts';

const SECOND = 1_000_000_000n;
const MS = 1_000_000n;
const T = 1_780_000_000n * SECOND;
const range = { from: T, to: T + 100n * SECOND };

let store: OpenedStore;
let connection: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
  const spans = Array.from({ length: 100 }, (_, i) => ({
    traceId: (i + 1).toString(16).padStart(32, '0'),
    spanId: '0000000000000001',
    name: i % 4 === 0 ? 'POST /' : 'GET /',
    start: T + BigInt(i) * SECOND,
    duration: BigInt(i + 1) * MS,
    error: i % 10 === 0,
  }));
  const inner = spans.map((span) => ({ ...span, spanId: '0000000000000002', kind: 1 }));
  await insert(connection, 'traces', tracesRequest('web', [...spans, ...inner]));
  await insert(connection, 'traces', tracesRequest('db', spans.slice(0, 10)));
});
afterAll(() => store[Symbol.asyncDispose]());

test('services by their requests, of which inner spans are none', async () => {
  const [web, db, ...rest] = await serviceStats(connection, { range, quantiles: [0.5, 1] });
  expect(rest).toEqual([]);
  expect(web).toMatchObject({ service: 'web', operation: '', requests: 100, errors: 10, rate: 1 });
  expect(web!.durations[0]! / 1e6).toBeWithin(49, 52);
  expect(web!.durations[1]).toBe(100e6);
  expect(db).toMatchObject({ service: 'db', requests: 10, errors: 1, rate: 0.1 });
});

test('operations of one service', async () => {
  const stats = await serviceStats(connection, { range, service: 'web', by: 'operation', quantiles: [] });
  expect(stats.map(({ operation, requests, errors }) => [operation, requests, errors])).toEqual([
    ['GET /', 75, 5],
    ['POST /', 25, 5],
  ]);
});

test('over time there is every step', async () => {
  const to = range.to + 50n * SECOND;
  const steps = await serviceOverTime(connection, {
    range: { from: T, to },
    step: 40n * SECOND,
    service: 'web',
  });
  expect(steps.map(({ time, requests, rate }) => [(time - T) / SECOND, requests, rate])).toEqual([
    [0n, 40, 1],
    [40n, 40, 1],
    [80n, 20, 0.5],
    [120n, 0, 0],
  ]);
  expect(steps[3]!.durations).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test.each([
  [[1.5]],
  [[Number.NaN]],
  [['0.5)(Duration) FROM x --' as unknown as number]],
  [Array(21).fill(0.5)],
])('quantiles of %j are refused', async (quantiles) => {
  await expect(serviceStats(connection, { range, quantiles })).rejects.toThrow('from 0 to 1');
});
