import { join } from 'node:path';
import { YAML } from 'bun';

const FOLDER = join(import.meta.dir, '../prometheus');

type PrometheusConfig = {
  global: Record<string, string>;
  rule_files: string[];
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
};

export type LocalPrometheusOptions = {
  /** Address of each target of prometheus.yml; one that is missing here is an error. */
  readonly targets: Readonly<Record<string, string>>;
  /** Scrape and evaluation interval in place of the file's, as Prometheus writes durations. */
  readonly interval?: string;
};

/** prometheus/prometheus.yml as YAML, with local addresses for its targets and absolute paths of its rule files. */
export async function localPrometheusConfig({ targets, interval }: LocalPrometheusOptions): Promise<string> {
  const config = YAML.parse(await Bun.file(join(FOLDER, 'prometheus.yml')).text()) as PrometheusConfig;
  config.rule_files = config.rule_files.map((file) => join(FOLDER, file));
  for (const { static_configs } of config.scrape_configs) {
    for (const group of static_configs) group.targets = group.targets.map((target) => local(target, targets));
  }
  if (interval !== undefined) {
    config.global = { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval };
  }
  return YAML.stringify(config, null, 2);
}

function local(target: string, targets: Readonly<Record<string, string>>): string {
  const address = targets[target];
  if (address === undefined)
    throw new Error(`prometheus.yml scrapes ${target}, which has no local address here.`);
  return address;
}

/** The targets of prometheus.yml at these ports of loopback. */
export function localTargets(ports: {
  readonly collectorMetrics: number;
  readonly collectorTelemetry: number;
  readonly prometheus: number;
}): Record<string, string> {
  return {
    'otel-collector:8889': `127.0.0.1:${ports.collectorMetrics}`,
    'otel-collector:8888': `127.0.0.1:${ports.collectorTelemetry}`,
    'localhost:9090': `127.0.0.1:${ports.prometheus}`,
  };
}
