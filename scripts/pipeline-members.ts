import { join } from 'node:path';
import { answers, type BridgeParts, bridgeMembers } from './bridge-members.ts';
import type { PipelinePorts } from './pipeline-ports.ts';
import type { Member } from './process-group.ts';

const ROOT = join(import.meta.dir, '..');

export type PipelineParts = BridgeParts & {
  readonly ports: PipelinePorts;
  readonly collector: string;
  readonly prometheus: string;
  readonly prometheusConfig: string;
};

/** The processes of the pipeline, each after those that it sends to. */
export function pipelineMembers(parts: PipelineParts): Member[] {
  return [collector(parts), prometheus(parts), ...bridgeMembers(parts)];
}

function collector({ ports, folder, collector }: PipelineParts): Member {
  return {
    name: 'collector',
    command: [collector, '--config', join(ROOT, 'collector/config.yaml')],
    env: {
      COLLECTOR_HOST: '127.0.0.1',
      OTLP_GRPC_PORT: String(ports.otlpGrpc),
      OTLP_HTTP_PORT: String(ports.otlpHttp),
      COLLECTOR_METRICS_PORT: String(ports.collectorMetrics),
      COLLECTOR_TELEMETRY_PORT: String(ports.collectorTelemetry),
      COLLECTOR_HEALTH_PORT: String(ports.collectorHealth),
      COLLECTOR_STORAGE_DIR: join(folder, 'collector'),
      COLLECTOR_LOG_LEVEL: 'warn',
    },
    ready: answers(`http://127.0.0.1:${ports.collectorHealth}/`),
  };
}

function prometheus({ ports, folder, prometheus, prometheusConfig }: PipelineParts): Member {
  return {
    name: 'prometheus',
    command: [
      prometheus,
      `--config.file=${prometheusConfig}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      '--log.level=warn',
    ],
    env: {},
    ready: answers(`http://127.0.0.1:${ports.prometheus}/-/ready`),
  };
}
