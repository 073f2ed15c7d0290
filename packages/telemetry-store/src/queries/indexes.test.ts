import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection, Parameters } from '../connection/connection.ts';
import { openMigrated } from '../ingest/testing/open-store.ts';
import type { OpenedStore } from '../testing/connections.ts';
import { facets } from './facets/facets.ts';
import { type LogFilter, logCondition } from './logs/filter.ts';
import { logsAtStatement, logTimesStatement } from './logs/page.ts';
import type { TimeRange } from './time-range.ts';
import { ALL_TIME } from './time-range.ts';
import { spanPageStatement } from './traces/page.ts';
import { traceStatement } from './traces/trace.ts';
import { traceTimesStatement } from './traces/trace-times.ts';
import { cellsOf } from './training/cells.ts';
import { pointsOf } from './training/read-points.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
/** 200,000 rows, one a second, in granules of 8,192; the last of a part that is one file may be longer. */
const GRANULES = 24;

let store: OpenedStore;
let connection: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
  const params = { start: T };
  const time = 'fromUnixTimestamp64Nano({start:Int64} + number * 1000000000)';
  await connection.command(
    `INSERT INTO otel_logs (Timestamp, SeverityNumber, ServiceName, Body)
     SELECT ${time}, if(number = 90000, 17, 9), 'svc', concat('line ', toString(number), if(number = 70000, ' haystack needleword', '')) FROM numbers(200000)`,
    { params },
  );
  await connection.command(
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ServiceName, SpanName, Duration)
     SELECT ${time}, leftPad(hex(intDiv(number, 4)), 32, '0'), hex(number), concat('s', toString(number % 5)), 'op', 5 FROM numbers(200000)`,
    { params },
  );
  // Two runs of 7 curves; 100,000 points each.
  for (const run of ['a', 'b'])
    await connection.command(
      `INSERT INTO otel_metrics_gauge (MetricName, Attributes, TimeUnix, Value)
       SELECT concat('ml.training.m', toString(number % 7)), map('job.id', {run:String}, 'epoch', toString(intDiv(number, 70000)), 'batch', toString(intDiv(number % 70000, 7))),
         ${time}, 1
       FROM numbers(700000)`,
      { params: { ...params, run } },
    );
  for (const table of ['training_points', 'training_cells'])
    await connection.command(`OPTIMIZE TABLE ${table} FINAL`);
}, 60_000);
afterAll(() => store[Symbol.asyncDispose]());

/** Granules left after each index, by its name or kind, in the order in which they are asked. */
async function granules({ sql, params }: { sql: string; params: Parameters }): Promise<Map<string, number>> {
  const rows = await connection.query<{ explain: string }>(`EXPLAIN indexes = 1 ${sql}`, { params });
  const found = new Map<string, number>();
  let index = '';
  for (const { explain } of rows) {
    const name = /^[\s│]*(?:Name: (\w+)|(PrimaryKey))\s*$/.exec(explain);
    if (name !== null) index = name[1] ?? name[2]!;
    const left = /Granules: (\d+)\/\d+/.exec(explain)?.[1];
    if (left !== undefined && index !== '') found.set(index, Number(left));
  }
  return found;
}

const page = (window: TimeRange, filter: LogFilter) =>
  logTimesStatement({ window, direction: 'older', limit: 100 }, logCondition(filter));

test('a page of spans of a quarter of an hour reads what the primary key has of it', async () => {
  const from = T + 100_000n * SECOND;
  const part = { direction: 'older', limit: 100, offset: 0, beyond: undefined } as const;
  const window = { from, to: from + 900n * SECOND };
  const left = await granules(spanPageStatement({ ...part, window }, { sql: '1', params: {} }));
  expect(left.get('PrimaryKey')).toBeLessThanOrEqual(GRANULES / 5);
});

test.each(['logs', 'traces'] as const)('facets of %s take whole hours together', async (signal) => {
  const range = { from: T - 900n * SECOND, to: T + 100_000n * SECOND };
  const statements: { sql: string; params: Parameters }[] = [];
  const listening: Connection = {
    ...connection,
    query: (sql, options) => {
      statements.push({ sql, params: options?.params ?? {} });
      return connection.query(sql, options);
    },
  };
  await facets(listening, { signal, range });
  expect(statements).toHaveLength(2);
  for (const { sql, params } of statements) {
    const rows = await connection.query<{ explain: string }>(`EXPLAIN ${sql}`, { params });
    const read = rows.filter(({ explain }) => explain.includes('ReadFromMergeTree'));
    expect(read.some(({ explain }) => explain.includes('hours'))).toBe(true);
  }
});

describe('a page of logs', () => {
  test('of a quarter of an hour reads what the primary key has of it', async () => {
    const from = T + 100_000n * SECOND;
    const left = await granules(page({ from, to: from + 900n * SECOND }, {}));
    expect(left.get('PrimaryKey')).toBeLessThanOrEqual(2);
  });

  test.each([
    ['idx_body', { text: 'needleword' }, 1],
    ['idx_body', { text: 'STACK NEEDLE' }, 1],
    ['idx_body', { text: '000 haystack nee' }, 1],
    ['idx_body', { text: 'eedlewor' }, 1],
    ['idx_trace_id', { traceId: 'ab'.repeat(16) }, 0],
    ['idx_severity', { minSeverity: 17 }, 4],
  ])('of all time by %s: %j', async (index, filter, most) => {
    const left = await granules(page(ALL_TIME, filter));
    expect(left.get('PrimaryKey')).toBeGreaterThanOrEqual(GRANULES);
    expect(left.get(index)).toBeLessThanOrEqual(most);
  });

  test('is read by its times alone', async () => {
    const times = [1n, 2n, 3n, 190_000n].map((second) => T + second * SECOND);
    const left = await granules(logsAtStatement(times, { direction: 'older', limit: 4 }, logCondition({})));
    expect(left.get('PrimaryKey')).toBe(2);
  });

  test('is looked for in the order of the key, not sorted', async () => {
    const { sql, params } = page(ALL_TIME, {});
    const rows = await connection.query<{ explain: string }>(`EXPLAIN actions = 1 ${sql}`, { params });
    const all = rows.map(({ explain }) => explain).join('\n');
    expect(all).toMatch(/Read ?Type: InReverseOrder/i);
  });
});

describe('a trace', () => {
  const traceId = (20_000).toString(16).toUpperCase().padStart(32, '0');

  test('is found in the time table by its key', async () => {
    expect((await granules(traceTimesStatement([traceId]))).get('PrimaryKey')).toBe(1);
    // Its key would lie in the midst of the part, as in every one.
    const elsewhere = traceTimesStatement([`${traceId.slice(0, -1)}G`]);
    expect((await granules(elsewhere)).get('idx_trace_id')).toBe(0);
  });

  test('is read by the hours of its time, then by its id', async () => {
    const times = { from: T + 80_000n * SECOND, to: T + 83_604n * SECOND };
    const left = await granules(traceStatement(traceId, times, 100));
    expect(left.get('PrimaryKey')).toBeLessThanOrEqual(2);
    expect(left.get('idx_trace_id')).toBe(1);
  });
});

describe('training curves', () => {
  const seriesOf = async (run: string, metric: string) => {
    const [row] = await connection.query<{ series: string }>(
      'SELECT toString(any(Series)) AS series FROM training_series WHERE RunId = {run:String} AND MetricName = {metric:String}',
      { params: { run, metric } },
    );
    return [BigInt(row!.series)];
  };
  const rows = async (table: string) => {
    const [row] = await connection.query<{ granules: string }>(
      `SELECT sum(marks) - count() AS granules FROM system.parts WHERE active AND database = currentDatabase() AND table = {table:String}`,
      { params: { table } },
    );
    return Number(row!.granules);
  };

  test('read the cells of one curve by the key', async () => {
    const params = { run: 'a', series: await seriesOf('a', 'ml.training.m3') };
    const left = await granules({ sql: `SELECT * FROM (${cellsOf({ ordered: true })})`, params });
    expect(await rows('training_cells')).toBeGreaterThanOrEqual(2);
    expect(left.get('PrimaryKey')).toBeLessThanOrEqual(2);
  });

  test('read the points of a range by the key', async () => {
    const params = {
      run: 'a',
      series: await seriesOf('a', 'ml.training.m3'),
      reached: [0n],
      epochFrom: 4n,
      batchFrom: 0n,
      epochTo: 4n,
      batchTo: 900n,
    };
    const range = { from: { epoch: '4', batch: '0' }, to: { epoch: '4', batch: '900' }, reached: ['0'] };
    const left = await granules({ sql: `WITH ${pointsOf('step', range)} SELECT * FROM points`, params });
    expect(await rows('training_points')).toBeGreaterThan(150);
    expect(left.get('PrimaryKey')).toBeLessThanOrEqual(2);
  });
});
