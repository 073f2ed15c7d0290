import { expect, setDefaultTimeout, test } from 'bun:test';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { attributes } from '../packages/telemetry-store/src/ingest/testing/encode-request.ts';
import { readMigrations } from '../packages/telemetry-store/src/migrate/migration.ts';
import { openMigratedServer } from '../packages/telemetry-store/src/migrate/open-migrated.ts';
import { MIGRATIONS } from '../packages/telemetry-store/src/testing/migrated-folder.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { startCollector } from './support/collector.ts';
import { sendOtlp } from './support/send-otlp.ts';
import { startClickhouseFront } from './support/start-clickhouse-front.ts';
import { type TempFolder, tempFolder } from './support/temp-folder.ts';

/** The first time the collector is built. */
setDefaultTimeout(20 * 60_000);

const CLICKHOUSE = join(import.meta.dir, '../clickhouse');
const PASSWORDS = { CLICKHOUSE_COLLECTOR_PASSWORD: 'w', CLICKHOUSE_EXPLORER_PASSWORD: 'r' };

/** What stands in the image, as far as ours builds on it. */
const CONFIG_XML = `<clickhouse>
  <mysql_port>9004</mysql_port><postgresql_port>9005</postgresql_port><interserver_http_port>9009</interserver_http_port>
  <user_directories><users_xml><path>users.xml</path></users_xml><local_directory><path>access/</path></local_directory></user_directories>
</clickhouse>`;
const USERS_XML = `<clickhouse>
  <profiles><default/></profiles>
  <users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default/></quotas>
</clickhouse>`;

/**
 * The configuration as the image has it in /etc/clickhouse-server. The embedded engine reads it, but knows no other user
 * than `default`: `as` makes that one of ours, without a password.
 */
async function configFor(folder: TempFolder, as?: 'collector' | 'explorer'): Promise<Record<string, string>> {
  const path = (name: string) => join(folder.path, as ?? 'nobody', name);
  await cp(CLICKHOUSE, path('.'), { recursive: true });
  await Bun.write(path('config.xml'), CONFIG_XML);
  await Bun.write(path('users.xml'), USERS_XML);
  const users = await Bun.file(path('users.d/users.xml')).text();
  if (as !== undefined) {
    const own = new RegExp(`<${as}>(\\s*)<password .*/>([^]*?)</${as}>(?=\\s*(<!--|<explorer>|</users>))`);
    expect(users).toMatch(own);
    await Bun.write(
      path('users.d/users.xml'),
      users
        .replace('<default remove="remove"/>', '')
        .replace(own, '<default replace="replace">$1<password></password>$2</default>'),
    );
  }
  return { ...PASSWORDS, FRONT_CONFIG: path('config.xml') };
}

test('the engine takes the configuration, and there is no default user', async () => {
  await using folder = await tempFolder();
  const started = startClickhouseFront(await configFor(folder));
  await expect(started).rejects.toThrow('There is no user `default`');
});

test('the explorer may do what it has to, the collector only write', async () => {
  await using folder = await tempFolder();
  await using front = await startClickhouseFront(await configFor(folder, 'explorer'));
  const denied = (sql: string) => expect(front.query(sql)).rejects.toThrow('ACCESS_DENIED');

  await (await openMigratedServer({ url: front.url }, readMigrations(MIGRATIONS))).close();
  await denied('CREATE DATABASE other');
  await denied('CREATE USER other');
  await denied("SELECT * FROM file('/etc/passwd', 'LineAsString')");
  await denied("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')");

  await front.kill9();
  await front.start(await configFor(folder, 'collector'));
  await using collector = await startCollector({
    configs: ['config.yaml', 'clickhouse.yaml'],
    env: { CLICKHOUSE_URL: front.url, TRACE_DECISION_WAIT: '1s' },
  });
  const dataPoints = [
    { asDouble: 0.5, timeUnixNano: 1, attributes: attributes({ 'job.id': 'run', batch: 1 }) },
  ];
  const metrics = [{ name: 'ml.training.loss', gauge: { dataPoints } }];
  const span = { name: 'step', traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 1) };
  const logRecords = [{ eventName: 'ml.run.started', attributes: attributes({ 'job.id': 'run' }) }];
  await sendOtlp(collector.httpEndpoint, 'metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  await sendOtlp(collector.httpEndpoint, 'traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  await sendOtlp(collector.httpEndpoint, 'logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  for (const table of ['training_points', 'training_runs', 'otel_traces_trace_id_ts', 'otel_logs']) {
    await waitUntil(
      async () => (await front.query<{ n: number }>(`SELECT count() AS n FROM otel.${table}`))[0]!.n > 0,
      { what: `a row of ${table}` },
    ).catch((error) => {
      throw new Error(`${error.message}\n${collector.log().slice(-3_000)}`);
    });
  }
  await denied('DROP TABLE otel.otel_logs');
  await denied('TRUNCATE TABLE otel.otel_logs');
  await denied('ALTER TABLE otel.otel_logs DELETE WHERE true');
  await denied('CREATE TABLE otel.other (a Int8) ENGINE = Null');
  await denied('CREATE FUNCTION other AS (x) -> x');
  await denied("SELECT * FROM file('/etc/passwd', 'LineAsString')");
});

test('what the server keeps about itself is kept for a week', async () => {
  const xml = await Bun.file(join(CLICKHOUSE, 'config.d/server.xml')).text();
  const kept = [...xml.matchAll(/<partition_by>(.+)<\/partition_by>\s*<ttl>(.+)<\/ttl>/g)];
  expect(kept).toHaveLength(3);
  await using front = await startClickhouseFront();
  for (const [index, [, partition, ttl]] of kept.entries()) {
    await front.query(
      `CREATE TABLE log${index} (event_date Date) ENGINE = MergeTree PARTITION BY ${partition} ORDER BY event_date TTL ${ttl}`,
    );
  }
});

test('what is removed or bounded is known to the engine by that name', async () => {
  const xml = await Bun.file(join(CLICKHOUSE, 'config.d/server.xml')).text();
  const users = await Bun.file(join(CLICKHOUSE, 'users.d/users.xml')).text();
  await using front = await startClickhouseFront();
  const known = async (table: string) =>
    (await front.query<{ name: string }>(`SELECT name FROM system.${table}`)).map(({ name }) => name);
  const named = (text: string) => [...text.matchAll(/<(m(?:ax|ark)_\w+)>/g)].map(([, name]) => name!);
  expect(named(xml).length).toBeGreaterThan(3);
  expect(await known('server_settings')).toEqual(expect.arrayContaining(named(xml)));
  expect(named(users).length).toBeGreaterThan(3);
  expect(await known('settings')).toEqual(expect.arrayContaining(named(users)));
});
