import { startCollector } from '../../e2e/support/collector.ts';
import { startClickhouseFront } from '../../e2e/support/start-clickhouse-front.ts';
import { readMigrations } from '../../packages/telemetry-store/src/migrate/migration.ts';
import { openMigratedServer } from '../../packages/telemetry-store/src/migrate/open-migrated.ts';
import { MIGRATIONS } from '../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { type Measured, mostResidentMiB, quietCpuSeconds, type Task, WARM_UP_ITEMS } from './measured.ts';
import { LOAD_OF } from './requests.ts';
import { runLoad } from './run-load.ts';

/**
 * The collector with nothing but a receiver and its exporter. Batches as the exporter's README advises: in its queue, of
 * at least 5,000 rows, ten inserts at a time; a full queue holds senders back instead of dropping. The queue is in
 * memory, which is faster and keeps less than our acknowledgement says.
 */
const CONFIG = `yaml:
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:\${env:OTLP_GRPC_PORT}
        max_recv_msg_size_mib: 16
exporters:
  clickhouse:
    endpoint: \${env:CLICKHOUSE_URL}
    database: otel
    create_schema: false
    async_insert: false
    compress: lz4
    timeout: 60s
    sending_queue:
      num_consumers: 10
      queue_size: 500000
      sizer: items
      block_on_overflow: true
      batch: { sizer: items, flush_timeout: 1s, min_size: 10000 }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [clickhouse] }
    logs: { receivers: [otlp], exporters: [clickhouse] }
    metrics: { receivers: [otlp], exporters: [clickhouse] }
  telemetry: { metrics: { level: none } }
`;

/** Through a real collector and its ClickHouse exporter into the same tables, over HTTP in front of the same engine. */
export async function measureExporter(task: Task): Promise<Measured> {
  await using front = await startClickhouseFront();
  const store = await openMigratedServer({ url: front.url }, readMigrations(MIGRATIONS));
  try {
    await using collector = await startCollector({ configs: [CONFIG], env: { CLICKHOUSE_URL: front.url } });
    const { grpcPort } = collector;
    const { table } = LOAD_OF[task.load];
    const stored = async (rows: number) => {
      const sql = `SELECT count() AS n FROM ${table}`;
      const count = async () => Number((await store.query<{ n: string }>(sql))[0]!.n);
      await waitUntil(async () => (await count()) >= rows, {
        what: `${rows} rows through the exporter`,
        timeoutMs: 120_000,
        everyMs: 100,
      }).catch(async (error: Error) => {
        throw new Error(`${error.message}, there are ${await count()}\n${collector.log().slice(-2_000)}`);
      });
      return Date.now();
    };
    await runLoad({ ...task, items: WARM_UP_ITEMS, grpcPort });
    await stored(WARM_UP_ITEMS);
    const pids = [collector.pid, front.pid];
    const before = await quietCpuSeconds(pids);
    const load = await runLoad({ ...task, grpcPort });
    const finished = await stored(WARM_UP_ITEMS + task.items);
    const residentMiB = mostResidentMiB(pids);
    return {
      seconds: (finished - load.started) / 1_000,
      cpuSeconds: (await quietCpuSeconds(pids)) - before,
      loadMakerCpuSeconds: load.cpuSeconds,
      residentMiB,
    };
  } finally {
    await store.close();
  }
}
