import { expect, test } from 'bun:test';
import { waitUntil } from '../scripts/wait-until.ts';
import { startCollector } from './support/collector.ts';
import { sendGauges } from './support/send-gauge.ts';
import { startClickhouseFront } from './support/start-clickhouse-front.ts';

const BUILD_MS = 20 * 60_000;

/** The exporter makes its own tables here: whether the front is ClickHouse enough is the question, not our schema. */
test.each(['none', 'lz4', 'zstd', 'gzip'])(
  "the collector's clickhouseexporter writes through the front, compression %s",
  async (compress) => {
    await using front = await startClickhouseFront();
    await using collector = await startCollector({
      configs: [
        'config.yaml',
        'clickhouse.yaml',
        'yaml:exporters::clickhouse::create_schema: true',
        `yaml:exporters::clickhouse::compress: ${compress}`,
      ],
      env: { CLICKHOUSE_URL: front.url },
    });
    const points = Array.from({ length: 500 }, (_, step) => ({
      metric: 'ml.training.training_loss',
      value: step / 3,
      attributes: { 'job.id': "it's\n\n'; DROP TABLE x", batch: step },
    }));
    await sendGauges(collector.httpEndpoint, points);
    const rows = await waitUntil(
      async () => {
        const found = await front.query<{ n: number; sum: number; job: string }>(
          `SELECT count() AS n, sum(Value) AS sum, any(Attributes['job.id']) AS job FROM otel.otel_metrics_gauge`,
        );
        return found[0]?.n === 500 ? found : undefined;
      },
      { what: 'the points in ClickHouse', timeoutMs: 20_000 },
    );
    expect(rows[0]?.sum).toBeCloseTo((499 * 500) / 6, 3);
    expect(rows[0]?.job).toBe("it's\n\n'; DROP TABLE x");
  },
  BUILD_MS,
);
