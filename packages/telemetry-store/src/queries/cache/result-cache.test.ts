import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { facets } from '../facets/facets.ts';
import { logHistogram } from '../logs/histogram.ts';
import { metricIncrease } from '../metrics/increase.ts';
import { serviceStats } from '../services/red.ts';
import {
  CUMULATIVE,
  logsRequest,
  metricRequest,
  numberPoint,
  tracesRequest,
} from '../testing/make-requests.ts';
import { MIGRATED_STORES } from '../testing/migrated-stores.ts';
import { ResultCache } from './result-cache.ts';

setDefaultTimeout(60_000);

const SECOND = 1_000_000_000n;
const T = 1_780_000_200n * SECOND;
const HOUR = 3_600n * SECOND;
const range = { from: T, to: T + HOUR };

describe.each(MIGRATED_STORES)('%s', (_name, open) => {
  let store: OpenedStore;
  let connection: Connection;
  /** The same store, whose statements are counted but for the cache's own. */
  let counted: Connection;
  let read = 0;
  beforeAll(async () => {
    store = await open();
    connection = store.connection;
    counted = Object.assign(Object.create(connection), {
      query: (sql: string, options: object) => {
        if (!/system\.parts|_part AS part/.test(sql)) read++;
        return connection.query(sql, options);
      },
    });
  }, 30_000);
  afterAll(() => store[Symbol.asyncDispose]());

  /** How many statements were run for it that were not answered by the cache. */
  const reading = async <T>(work: () => Promise<T>): Promise<[reads: number, answer: T]> => {
    const before = read;
    const answer = await work();
    return [read - before, answer];
  };
  const put = (time: bigint, n = 1) =>
    insert(
      connection,
      'logs',
      logsRequest(
        'svc',
        Array.from({ length: n }, () => ({ time, body: 'x' })),
      ),
    );
  const inRange = async (cache: ResultCache, asked = range) =>
    (await logHistogram(counted, { range: asked, buckets: 1 }, { cache })).map(
      ({ counts }) => counts.info,
    )[0];

  test('is asked once, until a record comes late: then never as before', async () => {
    await connection.command('SYSTEM STOP MERGES otel_logs');
    const cache = new ResultCache(counted);
    await put(T);
    expect(await reading(() => inRange(cache))).toEqual([1, 1]);
    expect(await reading(() => inRange(cache))).toEqual([0, 1]);
    // What comes for other times leaves it as it is.
    await put(T + 3n * HOUR);
    expect(await reading(() => inRange(cache))).toEqual([0, 1]);
    await put(T + HOUR - 1n, 2);
    expect(await reading(() => inRange(cache))).toEqual([1, 3]);
    expect(await reading(() => inRange(cache))).toEqual([0, 3]);
    // Another question is another answer.
    expect(await reading(() => inRange(cache, { from: T, to: T + 1n }))).toEqual([1, 1]);
    await connection.command('SYSTEM START MERGES otel_logs');
  });

  test('a merge, a deletion, and what was dropped', async () => {
    const cache = new ResultCache(counted);
    await connection.command('OPTIMIZE TABLE otel_logs FINAL');
    expect(await inRange(cache)).toBe(3);
    expect((await reading(() => inRange(cache)))[0]).toBe(0);
    await connection.command(
      'ALTER TABLE otel_logs DELETE WHERE Timestamp = fromUnixTimestamp64Nano({t:Int64})',
      {
        params: { t: T },
        settings: { mutations_sync: 2 },
      },
    );
    expect(await inRange(cache)).toBe(2);
    await connection.command('TRUNCATE TABLE otel_logs');
    expect(await inRange(cache)).toBe(0);
    await put(T);
    expect(await inRange(cache)).toBe(1);
  });

  test('while records come all the time, no answer is older than the last that was acknowledged', async () => {
    await connection.command('TRUNCATE TABLE otel_logs');
    const cache = new ResultCache(counted);
    let acknowledged = 0;
    const writing = (async () => {
      for (let i = 0; i < 15; i++) {
        await put(T + BigInt(i) * SECOND);
        acknowledged++;
      }
    })();
    let done = false;
    writing.finally(() => {
      done = true;
    });
    while (!done) {
      const least = acknowledged;
      expect(await inRange(cache)).toBeGreaterThanOrEqual(least);
    }
    await writing;
    expect(await inRange(cache)).toBe(15);
  }, 60_000);

  test('rollups and metrics, too, and the answers are their readers own', async () => {
    const cache = new ResultCache(counted);
    const span = (spanId: string) => ({
      traceId: 'ab'.repeat(16),
      spanId,
      name: 'op',
      start: T,
      duration: SECOND,
    });
    const point = (seconds: bigint, value: number) =>
      numberPoint({ time: T + seconds * SECOND, start: T, value });
    const sum = (dataPoints: object[]) => ({
      name: 'served',
      sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: true },
    });
    const ask = async () => ({
      stats: await serviceStats(counted, { range }, { cache }),
      facets: await facets(counted, { signal: 'traces', range }, { cache }),
      increase: await metricIncrease(counted, { metric: 'served', range, step: HOUR }, { cache }),
    });
    await insert(connection, 'traces', tracesRequest('web', [span('01'.repeat(8))]));
    await insert(connection, 'metrics', metricRequest('web', sum([point(1n, 5)])));
    const first = await ask();
    (first.stats.stats as unknown[]).pop();
    const [reads, second] = await reading(ask);
    expect(reads).toBe(0);
    expect(second.stats).toMatchObject({ source: 'minutes', stats: [{ requests: 1 }] });
    expect(second.increase[0]!.points[0]!.value).toBe(5);
    await insert(connection, 'traces', tracesRequest('web', [span('02'.repeat(8))]));
    await insert(connection, 'metrics', metricRequest('web', sum([point(2n, 7)])));
    const third = await ask();
    expect(third.stats.stats).toMatchObject([{ requests: 2 }]);
    expect(third.facets.facets[0]).toMatchObject({ key: 'kind', records: 2 });
    expect(third.increase[0]!.points[0]!.value).toBe(7);
  });

  test('what goes on is not kept, nor more than there is room for', async () => {
    const young = new ResultCache(counted, { now: () => range.to });
    expect((await reading(() => inRange(young)))[0]).toBe(1);
    expect((await reading(() => inRange(young)))[0]).toBe(1);
    expect(young.bytes).toBe(0);
    const small = new ResultCache(counted, { bytes: 2_000 });
    for (let i = 0; i < 20; i++) await inRange(small, { from: T, to: T + BigInt(i + 1) });
    expect(small.bytes).toBeWithin(1, 2_001);
  });

  test('an error is not an answer', async () => {
    const cache = new ResultCache(counted);
    const asked = { range, buckets: 3 };
    const limited = logHistogram(counted, asked, { cache, limits: { memoryBytes: 1 } });
    await expect(limited).rejects.toMatchObject({ isLimit: true });
    expect(await logHistogram(counted, asked, { cache })).toHaveLength(3);
  });
});
