import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { tracesRequest } from '../testing/make-requests.ts';
import { serviceOverTime } from './over-time.ts';
import { serviceStats } from './red.ts';

setDefaultTimeout(60_000);

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
  const { source, stats } = await serviceStats(connection, { range, quantiles: [0.5, 1] });
  const [web, db, ...rest] = stats;
  expect(source).toBe('spans');
  expect(rest).toEqual([]);
  expect(web).toMatchObject({ service: 'web', operation: '', requests: 100, errors: 10, rate: 1 });
  expect(web!.durations[0]! / 1e6).toBeWithin(49, 52);
  expect(web!.durations[1]).toBe(100e6);
  expect(db).toMatchObject({ service: 'db', requests: 10, errors: 1, rate: 0.1 });
});

test('operations of one service', async () => {
  const { stats } = await serviceStats(connection, { range, service: 'web', by: 'operation', quantiles: [] });
  expect(stats.map(({ operation, requests, errors }) => [operation, requests, errors])).toEqual([
    ['GET /', 75, 5],
    ['POST /', 25, 5],
  ]);
});

test('over time there is every step', async () => {
  const to = range.to + 50n * SECOND;
  const { steps } = await serviceOverTime(connection, {
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

describe('of a wide range', () => {
  // Pieces of a minute at both ends, and spans beyond them that are of no range asked for.
  const wide = { from: T - 7n * SECOND, to: T + 41n * 60n * SECOND + 13n * SECOND };
  const MINUTE = 60n * SECOND;
  const durationOf = (i: number) => BigInt(Math.floor(1_000 * 1.01 ** (i % 1_700)));
  beforeAll(async () => {
    const spans = Array.from({ length: 3_000 }, (_, i) => ({
      traceId: 'ab'.repeat(16),
      spanId: (i + 1).toString(16).padStart(16, '0'),
      name: `op ${i % 3}`,
      start: wide.from - 60n * SECOND + (BigInt(i) * (wide.to - wide.from + 120n * SECOND)) / 3_000n,
      duration: i % 100 === 0 ? -5n : durationOf(i),
      error: i % 7 === 0,
      kind: i % 5 === 0 ? 5 : 1 + (i % 3),
    }));
    for (let i = 0; i < 3_000; i += 1_000)
      await insert(connection, 'traces', tracesRequest('wide', spans.slice(i, i + 1_000)));
  });

  /** From the spans themselves. */
  const exact = async ({ from, to }: { from: bigint; to: bigint }) => {
    const rows = await connection.query<{ operation: string; requests: string; errors: string; q: number[] }>(
      `SELECT SpanName AS operation, count() AS requests, countIf(StatusCode = 'Error') AS errors,
         arrayMap(d -> toFloat64(d), quantilesExactLow(0.1, 0.5, 0.99)(greatest(0, reinterpretAsInt64(Duration)))) AS q
       FROM otel_traces
       WHERE ServiceName = 'wide' AND SpanKind IN ('Server', 'Consumer')
         AND Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64})
       GROUP BY operation ORDER BY requests DESC, operation`,
      { params: { from, to } },
    );
    return rows.map((row) => ({ ...row, requests: Number(row.requests), errors: Number(row.errors) }));
  };
  const near = (found: readonly number[], exact: readonly number[]) =>
    found.forEach((value, i) => {
      // Of a bucket's width, and of what lies between two neighbours.
      expect(value).toBeWithin(exact[i]! * 0.9 - 1, exact[i]! * 1.1 + 1);
    });

  test.each(['as it came', 'merged'])(
    'the counts are those of the spans, the durations nearly so: %s',
    async (state) => {
      if (state === 'merged') await connection.command('OPTIMIZE TABLE otel_traces_minutes FINAL');
      const quantiles = [0.1, 0.5, 0.99];
      const ask = { range: wide, service: 'wide', by: 'operation', quantiles } as const;
      const { source, stats } = await serviceStats(connection, ask);
      const expected = await exact(wide);
      expect(source).toBe('minutes');
      expect(stats.map(({ operation, requests, errors }) => ({ operation, requests, errors }))).toEqual(
        expected.map(({ operation, requests, errors }) => ({ operation, requests, errors })),
      );
      for (const [i, { durations }] of stats.entries()) near(durations, expected[i]!.q);
    },
  );

  test('over time, whose last step is not of whole minutes', async () => {
    const from = T - (T % MINUTE) + MINUTE;
    const range = { from, to: from + 33n * MINUTE + 5n * SECOND };
    const { source, steps } = await serviceOverTime(connection, {
      range,
      step: 10n * MINUTE,
      service: 'wide',
    });
    expect(source).toBe('minutes');
    expect(steps).toHaveLength(4);
    for (const [i, { time, requests, errors }] of steps.entries()) {
      const to = i === 3 ? range.to : time + 10n * MINUTE;
      const rows = await exact({ from: time, to });
      expect(time).toBe(from + BigInt(i) * 10n * MINUTE);
      expect(requests).toBe(rows.reduce((sum, row) => sum + row.requests, 0));
      expect(errors).toBe(rows.reduce((sum, row) => sum + row.errors, 0));
    }
  });

  test('steps that begin within a minute are counted from spans', async () => {
    const ask = { range: wide, service: 'wide', quantiles: [] };
    expect((await serviceOverTime(connection, { ...ask, step: 90n * SECOND })).source).toBe('spans');
    const { stats } = await serviceStats(connection, {
      range: { from: 0n, to: 2n ** 63n - 1n },
      quantiles: [],
    });
    const [all] = await connection.query<{ n: string }>(
      "SELECT count() AS n FROM otel_traces WHERE SpanKind IN ('Server', 'Consumer')",
    );
    expect(stats.reduce((sum, { requests }) => sum + requests, 0)).toBe(Number(all!.n));
  });
});

test.each(["it's \\ {x:String}\n\0", "'; DROP TABLE otel_traces_minutes; --", ''])(
  'of a service called %j',
  async (service) => {
    const wide = { from: T, to: T + 3_600n * SECOND };
    expect((await serviceStats(connection, { range: wide, service })).stats).toEqual([]);
    const { steps } = await serviceOverTime(connection, {
      range: wide,
      step: 3_600n * SECOND,
      service,
      operation: service,
    });
    expect(steps.map(({ requests }) => requests)).toEqual([0]);
  },
);

test.each([
  [[1.5]],
  [[Number.NaN]],
  [['0.5)(Duration) FROM x --' as unknown as number]],
  [Array(21).fill(0.5)],
])('quantiles of %j are refused', async (quantiles) => {
  await expect(serviceStats(connection, { range, quantiles })).rejects.toThrow('from 0 to 1');
});
