import { join } from 'node:path';
import { type Child, startChild } from '../../scripts/child-process.ts';
import { ensureCollector } from '../../scripts/ensure-collector.ts';
import { freePorts } from '../../scripts/free-port.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { type TempFolder, tempFolder } from './temp-folder.ts';

const ROOT = join(import.meta.dir, '../..');
const READY = 'Everything is ready';

export type CollectorOptions = {
  /** Files of `collector/` to merge, or `yaml:…` fragments; default: `config.yaml` alone. */
  readonly configs?: readonly string[];
  /** Or what to merge once the ports are known. */
  readonly configsFor?: (ports: CollectorPorts) => readonly string[];
  /** Environment of the configuration, over the ports and the storage folder that are chosen here. */
  readonly env?: Readonly<Record<string, string>>;
};

export type CollectorPorts = {
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly prometheusPort: number;
  readonly telemetryPort: number;
  readonly healthPort: number;
};

export type Collector = CollectorPorts & {
  /** OTLP/gRPC and OTLP/HTTP addresses. */
  readonly grpcEndpoint: string;
  readonly httpEndpoint: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** What the Prometheus exporter shows (port 8889 in production). */
  scrape(): Promise<string>;
  /** Everything it wrote to its log so far, over all starts. */
  log(): string;
  /** SIGTERM; resolves when it has drained and ended. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
  /** Starts it again with the same ports and the same storage folder; resolves when it is ready. */
  start(): Promise<void>;
} & AsyncDisposable;

/**
 * A real collector on free loopback ports with a storage folder of its own; resolves when it is ready. Disposing of it
 * ends the process and removes the folder.
 */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const binary = await ensureCollector();
  const folder = await tempFolder();
  const ports = await choosePorts();
  const configs = options.configsFor?.(ports) ?? options.configs ?? ['config.yaml'];
  const lines: string[] = [];
  let child: Child | undefined;

  async function start(): Promise<void> {
    const from = lines.length;
    const started = startChild({
      command: [binary, ...configs.flatMap((config) => ['--config', pathOf(config)])],
      env: { ...environment(ports, folder), ...options.env },
      onLine: (line) => lines.push(line),
    });
    child = started;
    await Promise.race([
      waitUntil(() => lines.slice(from).some((line) => line.includes(READY)), { what: 'the collector' }),
      started.exited.then((code) => fail(code, lines.slice(from))),
    ]);
  }

  await start();
  return {
    ...ports,
    grpcEndpoint: `http://127.0.0.1:${ports.grpcPort}`,
    httpEndpoint: `http://127.0.0.1:${ports.httpPort}`,
    get pid() {
      return child!.pid;
    },
    scrape: async () => await (await fetch(`http://127.0.0.1:${ports.prometheusPort}/metrics`)).text(),
    log: () => lines.join('\n'),
    stop: async () => void (await child?.stop(30_000)),
    kill9: async () => void (await child?.kill9()),
    start,
    [Symbol.asyncDispose]: async () => {
      await child?.kill9();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function choosePorts(): Promise<CollectorPorts> {
  const [grpcPort, httpPort, prometheusPort, telemetryPort, healthPort] = await freePorts(5);
  return {
    grpcPort: grpcPort!,
    httpPort: httpPort!,
    prometheusPort: prometheusPort!,
    telemetryPort: telemetryPort!,
    healthPort: healthPort!,
  };
}

function environment(ports: CollectorPorts, folder: TempFolder): Record<string, string> {
  return {
    OTLP_GRPC_PORT: String(ports.grpcPort),
    OTLP_HTTP_PORT: String(ports.httpPort),
    COLLECTOR_METRICS_PORT: String(ports.prometheusPort),
    COLLECTOR_TELEMETRY_PORT: String(ports.telemetryPort),
    COLLECTOR_HEALTH_PORT: String(ports.healthPort),
    COLLECTOR_STORAGE_DIR: join(folder.path, 'collector'),
  };
}

function pathOf(config: string): string {
  return config.startsWith('yaml:') ? config : join(ROOT, 'collector', config);
}

function fail(code: number, lines: readonly string[]): never {
  throw new Error(
    `The collector ended with exit code ${code} before it was ready:\n${lines.slice(-20).join('\n')}`,
  );
}
