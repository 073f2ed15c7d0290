import { join } from 'node:path';
import { startChild } from '../../scripts/child-process.ts';
import { ensurePrometheus } from '../../scripts/ensure-prometheus.ts';
import { freePort } from '../../scripts/free-port.ts';
import { queryPrometheus } from '../../scripts/prometheus-api.ts';
import { localPrometheusConfig, localTargets } from '../../scripts/prometheus-config.ts';
import type { Sample } from '../../scripts/sample.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import type { CollectorPorts } from './collector.ts';
import { tempFolder } from './temp-folder.ts';

export type PrometheusOptions = {
  /** Scrape and evaluation interval; default 1s. */
  readonly interval?: string;
};

export type Prometheus = {
  readonly url: string;
  /** An instant query now. */
  query(expression: string): Promise<Sample[]>;
} & AsyncDisposable;

/** A real Prometheus with our configuration and rules that scrapes the given collector; resolves after its first scrapes. */
export async function startPrometheus(
  collector: CollectorPorts,
  { interval = '1s' }: PrometheusOptions = {},
): Promise<Prometheus> {
  const binary = await ensurePrometheus();
  const folder = await tempFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const targets = localTargets({
    collectorMetrics: collector.prometheusPort,
    collectorTelemetry: collector.telemetryPort,
    prometheus: port,
  });
  const config = join(folder.path, 'prometheus.yml');
  await Bun.write(config, await localPrometheusConfig({ targets, interval }));
  const child = startChild({
    command: [
      binary,
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
  });
  const scrapes = async () => (await queryPrometheus(url, 'up == 1')).length === Object.keys(targets).length;
  await waitUntil(scrapes, { what: 'the first scrapes of Prometheus' });
  return {
    url,
    query: (expression) => queryPrometheus(url, expression),
    [Symbol.asyncDispose]: async () => {
      await child.kill9();
      await folder[Symbol.asyncDispose]();
    },
  };
}
