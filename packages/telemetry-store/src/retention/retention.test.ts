import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../connection/connection.ts';
import { MIGRATED_STORES } from '../queries/testing/migrated-stores.ts';
import type { OpenedStore } from '../testing/connections.ts';
import { recordApplied } from './applied.ts';
import { applyRetention } from './apply.ts';
import { recordArchive } from './archive/archive-record.ts';
import { dropRemover } from './drop.ts';
import type { Expired } from './expired.ts';
import { planRetention } from './plan.ts';
import { type Days, firstKeptDay, type Retention } from './retention.ts';
import { DAILY_TABLES, EXEMPT_TABLES, RETAINED, TRAINING_TABLES } from './signal-tables.ts';

setDefaultTimeout(30_000);

const NOW = new Date('2026-03-10T15:00:00Z');
const FOREVER: Retention = { logs: undefined, traces: undefined, metrics: undefined, training: undefined };

test.each([
  [0, '2026-03-10'],
  [1, '2026-03-09'],
  [30, '2026-02-08'],
])('after %i whole days', (days, first) => {
  expect(firstKeptDay(NOW, days)).toBe(first);
});

describe.each(MIGRATED_STORES)('%s', (_name, open) => {
  let store: OpenedStore;
  let connection: Connection;
  beforeAll(async () => {
    store = await open();
    connection = store.connection;
  });
  afterAll(() => store?.[Symbol.asyncDispose]());

  const DAILY = Object.values(DAILY_TABLES).flat();
  beforeEach(async () => {
    const tables = [...DAILY, ...TRAINING_TABLES.map(({ table }) => table), 'retention_applied', 'archives'];
    for (const table of tables) await connection.command(`TRUNCATE TABLE ${table}`);
  });

  test('every table that keeps something is covered, or exempt', async () => {
    const rows = await connection.query<{ name: string; partition_key: string }>(
      `SELECT name, partition_key FROM system.tables
       WHERE database = currentDatabase() AND engine NOT IN ('Null', 'View', 'MaterializedView') ORDER BY name`,
    );
    const listed = [...DAILY, ...TRAINING_TABLES.map(({ table }) => table), ...EXEMPT_TABLES];
    expect(rows.map(({ name }) => name)).toEqual(listed.sort());
    const byDay = rows.filter(({ partition_key }) => partition_key === 'toDate(ReceivedAt)');
    expect(byDay.map(({ name }) => name)).toEqual([...DAILY].sort());
  });

  const logOn = (day: string, count = 1) =>
    connection.command(
      `INSERT INTO otel_logs (Timestamp, Body, ReceivedAt)
       SELECT now64(9), 'x', toDateTime({at:String}, 'UTC') FROM numbers({count:UInt32})`,
      { params: { at: `${day} 12:00:00`, count } },
    );
  const days = async (table: string) =>
    (
      await connection.query<{ day: string }>(
        `SELECT DISTINCT toString(toDate(ReceivedAt)) AS day FROM ${table} ORDER BY day`,
      )
    ).map(({ day }) => day);
  const apply = (retention: Partial<Retention>, confirmed = false) =>
    applyRetention(
      connection,
      { ...FOREVER, ...retention },
      { now: NOW, remover: dropRemover(connection), isConfirmed: () => confirmed },
    );
  /** What it did to the records themselves, derived tables aside. */
  const applyToLogs = async (logs: Days, confirmed = false) => {
    const [outcome] = await apply({ logs }, confirmed);
    const isSource = ({ table }: Expired) => table === 'otel_logs';
    return { removed: outcome!.removed.filter(isSource), held: outcome!.held.filter(isSource) };
  };

  test('days past their retention go as a whole, the others stay', async () => {
    await recordApplied(connection, 'logs', 30);
    for (const day of ['2026-02-06', '2026-02-07', '2026-02-08', '2026-03-10']) await logOn(day, 3);
    const logs = await applyToLogs(30);
    expect(logs.removed.map(({ what, rows }) => [what, rows])).toEqual([
      ['2026-02-06', 3],
      ['2026-02-07', 3],
    ]);
    expect(await days('otel_logs')).toEqual(['2026-02-08', '2026-03-10']);
    expect((await applyToLogs(30)).removed).toEqual([]);
  });

  test('the tables of a signal go together; other signals are not touched', async () => {
    await connection.command(
      `INSERT INTO otel_traces (Timestamp, TraceId, ServiceName, ReceivedAt) SELECT now64(9), 'a', 's', toDateTime('2026-01-01 00:00:00', 'UTC')`,
    );
    await logOn('2026-01-01');
    const outcomes = await apply({ traces: 30 }, true);
    const traces = outcomes.find(({ signal }) => signal === 'traces')!;
    expect(traces.removed.map(({ table }) => table)).toEqual([...DAILY_TABLES.traces]);
    expect(await days('otel_traces_trace_id_ts')).toEqual([]);
    expect(await days('otel_logs')).toEqual(['2026-01-01']);
  });

  test('what a change will delete is told before: table, day, rows, bytes, oldest and newest', async () => {
    await logOn('2026-01-01', 5);
    const [logs] = await planRetention(connection, { ...FOREVER, logs: 30 }, { now: NOW });
    expect(logs!.held.filter(({ table }) => table === 'otel_logs')).toEqual([
      {
        signal: 'logs',
        table: 'otel_logs',
        what: '2026-01-01',
        rows: 5,
        bytes: expect.any(Number),
        oldest: '2026-01-01 12:00:00',
        newest: '2026-01-01 12:00:00',
      },
    ]);
    expect(logs!.held[0]!.bytes).toBeGreaterThan(100);
    expect(await days('otel_logs')).toEqual(['2026-01-01']);
  });

  test('a shorter retention that would delete more waits, and the one before goes on meanwhile', async () => {
    await recordApplied(connection, 'logs', 60);
    for (const day of ['2026-01-01', '2026-02-01', '2026-03-10']) await logOn(day);
    const held = await applyToLogs(7);
    expect(held.removed.map(({ what }) => what)).toEqual(['2026-01-01']);
    expect(held.held.map(({ what }) => what)).toEqual(['2026-02-01']);
    expect(await days('otel_logs')).toEqual(['2026-02-01', '2026-03-10']);
    expect((await applyToLogs(7)).held).toHaveLength(1);

    const confirmed = await applyToLogs(7, true);
    expect(confirmed.removed.map(({ what }) => what)).toEqual(['2026-02-01']);
    await logOn('2026-03-01');
    // From now on it is the retention that was applied.
    expect((await applyToLogs(7)).removed.map(({ what }) => what)).toEqual(['2026-03-01']);
  });

  test('a shorter one that deletes no more is applied at once, a longer one and none as well', async () => {
    await logOn('2026-03-10');
    for (const logs of [30, 7, 90, undefined]) expect((await applyToLogs(logs)).held).toEqual([]);
    // None was applied last: now 90 days are shorter again.
    await logOn('2026-01-01');
    expect((await applyToLogs(30)).held).toHaveLength(1);
    expect(await days('otel_logs')).toEqual(['2026-01-01', '2026-03-10']);
  });

  test('a day that was restored from the archive is on hold', async () => {
    await logOn('2026-01-01');
    const of = { id: 'a', table: 'otel_logs', day: '2026-01-01', part: 'p', file: 'f', columns: [] };
    const archive = { ...of, rows: 1, bytes: 1, checksum: '1' };
    await recordArchive(connection, { ...archive, step: 'restored' });
    expect(await applyToLogs(30, true)).toMatchObject({ removed: [], held: [] });
    await recordArchive(connection, { ...archive, step: 'void' });
    expect((await applyToLogs(30, true)).removed).toHaveLength(1);
  });

  test('a piece that cannot be removed does not keep the others, and is tried again', async () => {
    for (const day of ['2026-01-01', '2026-01-02']) await logOn(day);
    const drop = dropRemover(connection);
    const options = { now: NOW, isConfirmed: () => true };
    const remover = {
      remove: (pieces: Parameters<typeof drop.remove>[0]) =>
        pieces[0]?.what === '2026-01-01' ? Promise.reject(new Error('no')) : drop.remove(pieces),
    };
    const [logs] = await applyRetention(connection, { ...FOREVER, logs: 30 }, { ...options, remover });
    expect(logs!.failed.map(({ expired, error }) => [expired.what, error.message])).toEqual([
      ['2026-01-01', 'no'],
    ]);
    expect(await days('otel_logs')).toEqual(['2026-01-01']);
    expect((await applyToLogs(30)).removed).toHaveLength(1);
  });

  const pointOf = (run: string, receivedAt: string, batch = 1) =>
    connection.command(
      `INSERT INTO otel_metrics_gauge (MetricName, Attributes, TimeUnix, StartTimeUnix, Value, ReceivedAt)
       SELECT 'ml.training.loss', map('job.id', {run:String}, 'batch', {batch:String}, 'epoch', '0'), now64(9), now64(9), 1,
         toDateTime({at:String}, 'UTC')`,
      { params: { run, at: `${receivedAt} 12:00:00`, batch: String(batch) } },
    );
  const runsIn = async (table: string) =>
    (
      await connection.query<{ r: string }>(`SELECT DISTINCT toString(RunId) AS r FROM ${table} ORDER BY r`)
    ).map(({ r }) => r);

  test('training data outlives the metrics that it came with', async () => {
    await pointOf('a', '2026-01-01');
    await apply({ metrics: 30 }, true);
    expect(await days('otel_metrics_gauge')).toEqual([]);
    for (const { table } of TRAINING_TABLES) expect(await runsIn(table)).toEqual(['a']);
  });

  test('a run goes as a whole when nothing of it came for so long', async () => {
    await pointOf('old', '2026-01-01');
    await pointOf('old', '2026-01-02', 2);
    await pointOf('lives', '2026-01-01');
    await pointOf('lives', '2026-03-09', 2);
    const run = "'; DROP TABLE training_runs; --";
    await pointOf(run, '2026-01-01');
    const plan = await planRetention(connection, { ...FOREVER, training: 30 }, { now: NOW });
    const training = plan.find(({ signal }) => signal === 'training')!;
    expect(training.held.filter(({ what }) => what === 'old').map(({ table }) => table)).toEqual(
      TRAINING_TABLES.map(({ table }) => table),
    );
    expect(new Set(training.held.map(({ what }) => what))).toEqual(new Set(['old', run]));
    await apply({ training: 30 }, true);
    for (const { table } of TRAINING_TABLES) expect(await runsIn(table)).toEqual(['lives']);
    expect(await connection.query('SELECT count() AS n FROM training_points')).toEqual([{ n: '2' }]);
  });

  test('of a run that speaks again after it was found to be expired, what is new stays', async () => {
    await pointOf('back', '2026-01-01');
    const plan = await planRetention(
      connection,
      { ...FOREVER, training: 30 },
      { now: NOW, isConfirmed: () => true },
    );
    await pointOf('back', '2026-03-10', 2);
    const remover = dropRemover(connection);
    const { expired } = plan.find(({ signal }) => signal === 'training')!;
    for (const { table } of TRAINING_TABLES)
      await remover.remove(expired.filter((piece) => piece.table === table));
    for (const { table } of TRAINING_TABLES) expect(await runsIn(table)).toEqual(['back']);
    expect(await connection.query('SELECT Batch AS b FROM training_points')).toEqual([{ b: '2' }]);
  });

  test('all signals have a plan', async () => {
    expect((await planRetention(connection, FOREVER, { now: NOW })).map(({ signal }) => signal)).toEqual([
      ...RETAINED,
    ]);
  });
});
