import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, openMigratedEmbedded, readMigrations } from '@ml-otel/telemetry-store';
import { startCollector } from '../../e2e/support/collector.ts';
import { MIGRATIONS } from '../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { startFront } from '../../packages/telemetry-store/src/testing/start-front.ts';
import { cacheFolder } from '../../scripts/cache-folder.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { copyData, type DataSize, makeData, SHARED } from './data.ts';

export const EXPORTER = 'exporter';

/** The exporter makes its tables when it starts; where they are is all that is configured. */
const CONFIG = `yaml:
receivers: { otlp: { protocols: { grpc: { endpoint: '127.0.0.1:\${env:OTLP_GRPC_PORT}' } } } }
exporters: { clickhouse: { endpoint: '\${env:CLICKHOUSE_URL}', database: ${EXPORTER}, create_schema: true } }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [clickhouse] }
    logs: { receivers: [otlp], exporters: [clickhouse] }
    metrics: { receivers: [otlp], exporters: [clickhouse] }
  telemetry: { metrics: { level: none } }
`;

/**
 * A store with the same rows in our tables and, in the database `exporter`, in those that the collector's exporter made for
 * itself. Kept in the cache folder, one for each size and schema.
 */
export async function openBenchStore(size: DataSize): Promise<Connection & { readonly path: string }> {
  const path = join(cacheFolder(), 'bench-query', `${size.rows}-${size.steps}-${await schemaHash()}`);
  if (!existsSync(path)) {
    const draft = `${path}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await createExporterTables(draft);
    const connection = await open(draft);
    await makeData(connection, size, say);
    await copyData(connection, EXPORTER, say);
    await settle(connection);
    await connection.close();
    await rename(draft, path);
  }
  return Object.assign(await open(path), { path });
}

function open(path: string) {
  return openMigratedEmbedded(path, readMigrations(MIGRATIONS));
}

function say(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

async function createExporterTables(folder: string): Promise<void> {
  await using front = await startFront(folder);
  await using _collector = await startCollector({ configs: [CONFIG], env: { CLICKHOUSE_URL: front.url } });
  const tables = async () => {
    const response = await fetch(front.url, {
      method: 'POST',
      body: `SELECT count() AS n FROM system.tables WHERE database = '${EXPORTER}' FORMAT TSV`,
    });
    return Number(await response.text());
  };
  await waitUntil(async () => (await tables()) >= SHARED.length, { what: "the exporter's tables" });
}

/** Until no merge goes on: as after a quiet hour. */
async function settle(connection: Connection): Promise<void> {
  const merging = async () =>
    Number((await connection.query<{ n: string }>('SELECT count() AS n FROM system.merges'))[0]!.n);
  let quiet = 0;
  await waitUntil(
    async () => {
      quiet = (await merging()) === 0 ? quiet + 1 : 0;
      return quiet >= 5;
    },
    { what: 'the merges', timeoutMs: 30 * 60_000, everyMs: 1_000 },
  );
}

/** Of everything that decides what lies in the store. */
async function schemaHash(): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  for (const { checksum } of readMigrations(MIGRATIONS)) hash.update(checksum);
  for (const file of ['data.ts', 'store.ts']) hash.update(await Bun.file(join(import.meta.dir, file)).text());
  return hash.digest('hex').slice(0, 12);
}
