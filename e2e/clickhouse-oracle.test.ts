import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Connection } from '../packages/telemetry-store/src/connection/connection.ts';
import type { Signal } from '../packages/telemetry-store/src/ingest/signal.ts';
import {
  anyValue,
  encodeRequest,
  type Json,
} from '../packages/telemetry-store/src/ingest/testing/encode-request.ts';
import { insert, openMigrated } from '../packages/telemetry-store/src/ingest/testing/open-store.ts';
import { readMigrations } from '../packages/telemetry-store/src/migrate/migration.ts';
import { openMigratedServer } from '../packages/telemetry-store/src/migrate/open-migrated.ts';
import { MIGRATIONS } from '../packages/telemetry-store/src/testing/migrated-folder.ts';
import { startFront } from '../packages/telemetry-store/src/testing/start-front.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { startCollector } from './support/collector.ts';
import { SAME } from './support/oracle-payloads.ts';
import { LANGUAGES } from './support/sdk-senders.ts';
import { sendOtlpBytes } from './support/send-otlp.ts';
import { tempFolder } from './support/temp-folder.ts';

const BUILD_MS = 20 * 60_000;

const TABLES = [
  'otel_traces',
  'otel_traces_trace_id_ts',
  'otel_logs',
  'otel_metrics_gauge',
  'otel_metrics_sum',
  'otel_metrics_histogram',
  'otel_metrics_exponential_histogram',
  'otel_metrics_summary',
];

/** What the SDKs of three languages sent; conformance/README.md says how it was recorded. */
const RECORDED = join(import.meta.dir, '../conformance/otlp');

let scope: AsyncDisposableStack;
let exported: Connection;
let ours: Connection;
let endpoint: string;

beforeAll(async () => {
  scope = new AsyncDisposableStack();
  const folder = scope.use(await tempFolder());
  const front = scope.use(await startFront(folder.path));
  exported = scope.adopt(await openMigratedServer({ url: front.url }, readMigrations(MIGRATIONS)), (it) =>
    it.close(),
  );
  ours = scope.use(await openMigrated()).connection;
  const collector = scope.use(
    await startCollector({
      configs: [
        'config.yaml',
        'clickhouse.yaml',
        // Without what it adds for a store that is away when it starts.
        'yaml:service::pipelines::logs::processors: [memory_limiter, filter/debug_logs]',
      ],
      env: { CLICKHOUSE_URL: front.url, TRACE_DECISION_WAIT: '1s' },
    }),
  );
  endpoint = collector.httpEndpoint;
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    await both(signal, encodeRequest(signal, SAME[signal]));
    for (const language of LANGUAGES) {
      await both(signal, await Bun.file(join(RECORDED, `${language}-${signal}.binpb`)).bytes());
    }
  }
  await waitUntil(async () => (await countAll(exported)) === (await countAll(ours)), {
    what: `${await countAll(ours)} rows through the exporter`,
    timeoutMs: 30_000,
  }).catch((error) => {
    throw new Error(`${error.message}\n${collector.log().slice(-3_000)}`);
  });
}, BUILD_MS);
afterAll(() => scope.disposeAsync());

/** One request, both ways. */
async function both(signal: Signal, body: Uint8Array): Promise<void> {
  await insert(ours, signal, body);
  await sendOtlpBytes(endpoint, signal, body);
}

async function countAll(connection: Connection): Promise<number> {
  const counts = TABLES.map((table) => `SELECT count() AS n FROM ${table}`);
  const [row] = await connection.query<{ n: string }>(
    `SELECT sum(n) AS n FROM (${counts.join(' UNION ALL ')})`,
  );
  return Number(row!.n);
}

/** All but the time of arrival, as text, in an order of its own: the order of a map's keys counts, too. */
async function rowsOf(connection: Connection, table: string): Promise<string[]> {
  const rows = await connection.query<object>(`SELECT * EXCEPT('ReceivedAt$') FROM ${table}`);
  return rows.map((row) => Bun.inspect(row, { depth: 9 })).sort();
}

test.each([
  ...TABLES,
  ...['training_points', 'training_series', 'training_epochs', 'training_runs'].map((it) => `${it} FINAL`),
])(
  '%s holds the same rows, whichever way they came',
  async (table) => {
    const rows = await rowsOf(ours, table);
    expect(rows.length).toBeGreaterThan(0);
    // The rows of an insert are there before those of its views.
    await waitUntil(async () => Bun.deepEquals(await rowsOf(exported, table), rows), {
      what: table,
      timeoutMs: 20_000,
    }).catch(() => {});
    expect(rows).toEqual(await rowsOf(exported, table));
  },
  60_000,
);

test.each(LANGUAGES)('what the SDK for %s sent is among them', async (language) => {
  const tables = TABLES.filter((table) => !/summary|trace_id/.test(table));
  const counts = tables.map(
    (table) => `SELECT '${table}' AS name, count() AS n FROM ${table} WHERE ServiceName = {service:String}`,
  );
  const found = await exported.query<{ name: string; n: string }>(counts.join(' UNION ALL '), {
    params: { service: `${language}-http` },
  });
  expect(Object.fromEntries(found.map(({ name, n }) => [name, Number(n)]))).toEqual({
    otel_traces: 2,
    otel_logs: 2,
    otel_metrics_gauge: 1,
    otel_metrics_sum: 2,
    otel_metrics_histogram: 1,
    otel_metrics_exponential_histogram: 1,
  });
});

/** What we store otherwise, and why; all else above is equal. */
const DIFFERENCES: readonly [why: string, value: Json, ours: string, exported: string][] = [
  [
    'JSON has no NaN: the exporter writes nothing of the whole array then, we its name',
    ['a', Number.NaN],
    '["a","NaN"]',
    '',
  ],
  [
    'an attribute that is nested deeper than one level keeps the rest as the bytes it came as',
    [['a']],
    `[{"otlp.array_value":"${Buffer.from([0x0a, 0x03, 0x0a, 0x01, 0x61]).toString('base64')}"}]`,
    '[["a"]]',
  ],
  ['control characters have large hexadecimal digits', ['\v'], '["\\u000B"]', '["\\u000b"]'],
];

test.each(DIFFERENCES)('a difference: %s', async (why, value, expectedOurs, expectedExported) => {
  const logRecords = [{ eventName: why, attributes: [{ key: 'v', value: anyValue(value) }] }];
  await both('logs', encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
  const read = async (connection: Connection) =>
    (
      await connection.query<{ v: string }>(
        "SELECT LogAttributes['v'] AS v FROM otel_logs WHERE EventName = {why:String}",
        { params: { why } },
      )
    )[0]?.v;
  expect(await read(ours)).toBe(expectedOurs);
  expect(
    await waitUntil(() => read(exported).then((v) => v !== undefined && [v]), { what: 'the row' }),
  ).toEqual([expectedExported]);
});

test('a difference: a point without a value is not stored, the exporter stores a zero', async () => {
  const dataPoints = [{ flags: 1 }, { asDouble: 5 }];
  const metrics = [{ name: 'none', gauge: { dataPoints } }];
  await both('metrics', encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }));
  const read = (connection: Connection) =>
    connection.query<{ Value: number }>(
      "SELECT Value FROM otel_metrics_gauge WHERE MetricName = 'none' ORDER BY Value",
    );
  expect(await read(ours)).toEqual([{ Value: 5 }]);
  await waitUntil(async () => (await read(exported)).length === 2, { what: 'both rows' });
  expect(await read(exported)).toEqual([{ Value: 0 }, { Value: 5 }]);
});
