import { join } from 'node:path';
import type { PipelinePorts } from './pipeline-ports.ts';
import type { Member } from './process-group.ts';

const ROOT = join(import.meta.dir, '..');

export type PipelineParts = {
  readonly ports: PipelinePorts;
  /** Where everything that the pipeline keeps lies. */
  readonly folder: string;
  readonly collector: string;
  readonly prometheus: string;
  readonly prometheusConfig: string;
  /** Further options of the mock trainer's command line. */
  readonly trainerFlags: readonly string[];
};

/** The processes of the pipeline, each after those that it sends to. */
export function pipelineMembers(parts: PipelineParts): Member[] {
  return [collector(parts), prometheus(parts), sidecar(parts), pushGateway(parts), mockTrainer(parts)];
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

/** Tells apart what the two bridges say about themselves; the same over restarts, so that their series go on. */
function instance(name: string): Record<string, string> {
  return { OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${name}` };
}

function sidecar({ ports, folder }: PipelineParts): Member {
  return {
    ...service('sidecar'),
    env: {
      ...instance('sidecar'),
      METRICS_FILE_PATH: metricsFile(folder),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpGrpc}`,
      HEALTH_PORT: String(ports.sidecarHealth),
      SPOOL_DIR: join(folder, 'spool/sidecar'),
    },
    ready: answers(`http://127.0.0.1:${ports.sidecarHealth}/healthz`),
  };
}

function pushGateway({ ports, folder }: PipelineParts): Member {
  return {
    ...service('push-gateway'),
    env: {
      ...instance('push-gateway'),
      PORT: String(ports.pushGateway),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpGrpc}`,
      SPOOL_DIR: join(folder, 'spool/push-gateway'),
    },
    ready: answers(`http://127.0.0.1:${ports.pushGateway}/healthz`),
  };
}

function mockTrainer({ folder, trainerFlags }: PipelineParts): Member {
  const { name, command } = service('mock-trainer');
  const env = { METRICS_FILE_PATH: metricsFile(folder) };
  return { name, command: [...command, ...trainerFlags], env, mayFinish: true };
}

function service(name: string): Pick<Member, 'name' | 'command'> {
  return { name, command: [process.execPath, join(ROOT, 'services', name, 'src/main.ts')] };
}

function metricsFile(folder: string): string {
  return join(folder, 'metrics/current.json');
}

function answers(url: string): () => Promise<boolean> {
  return async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
}
