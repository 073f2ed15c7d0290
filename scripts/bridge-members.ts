import { join } from 'node:path';
import type { Member } from './process-group.ts';

const ROOT = join(import.meta.dir, '..');

export type BridgeParts = {
  readonly ports: { readonly otlpGrpc: number; readonly sidecarHealth: number; readonly pushGateway: number };
  /** Where everything that the processes keep lies. */
  readonly folder: string;
  /** Options of the mock trainer's command line. */
  readonly trainerFlags: readonly string[];
};

/** The training job and both ways in, each after those that it needs; they send OTLP/gRPC to this machine. */
export function bridgeMembers(parts: BridgeParts): Member[] {
  return [sidecar(parts), pushGateway(parts), mockTrainer(parts)];
}

/** One of our services as a process. */
export function service(name: string): Pick<Member, 'name' | 'command'> {
  return { name, command: [process.execPath, join(ROOT, 'services', name, 'src/main.ts')] };
}

/** Whether an address answers with success. */
export function answers(url: string): () => Promise<boolean> {
  return async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
}

/** Tells apart what the two bridges say about themselves; the same over restarts, so that their series go on. */
function instance(name: string): Record<string, string> {
  return { OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${name}` };
}

function sidecar({ ports, folder }: BridgeParts): Member {
  return {
    ...service('sidecar'),
    env: {
      ...instance('sidecar'),
      HOST: '127.0.0.1',
      METRICS_FILE_PATH: metricsFile(folder),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpGrpc}`,
      HEALTH_PORT: String(ports.sidecarHealth),
      SPOOL_DIR: join(folder, 'spool/sidecar'),
    },
    ready: answers(`http://127.0.0.1:${ports.sidecarHealth}/healthz`),
  };
}

function pushGateway({ ports, folder }: BridgeParts): Member {
  return {
    ...service('push-gateway'),
    env: {
      ...instance('push-gateway'),
      HOST: '127.0.0.1',
      PORT: String(ports.pushGateway),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpGrpc}`,
      SPOOL_DIR: join(folder, 'spool/push-gateway'),
    },
    ready: answers(`http://127.0.0.1:${ports.pushGateway}/healthz`),
  };
}

function mockTrainer({ folder, trainerFlags }: BridgeParts): Member {
  const { name, command } = service('mock-trainer');
  const env = { METRICS_FILE_PATH: metricsFile(folder) };
  return { name, command: [...command, ...trainerFlags], env, mayFinish: true };
}

function metricsFile(folder: string): string {
  return join(folder, 'metrics/current.json');
}
