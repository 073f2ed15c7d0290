import { join } from 'node:path';
import { startChild } from '../../scripts/child-process.ts';
import { freePort } from '../../scripts/free-port.ts';
import { waitUntil } from '../../scripts/wait-until.ts';

const MAIN = join(import.meta.dir, '../../services/push-gateway/src/main.ts');

export type Gateway = {
  readonly port: number;
  readonly pid: number;
  /** SIGTERM; resolves when what waited was sent. */
  stop(): Promise<void>;
} & AsyncDisposable;

export interface GatewayOptions {
  /** Where it sends to. */
  readonly endpoint: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of the Bun that runs it, such as `--cpu-prof`. */
  readonly bunFlags?: readonly string[];
}

/** Our push gateway on a free loopback port; resolves when it is ready. */
export async function startGateway({ endpoint, env, bunFlags = [] }: GatewayOptions): Promise<Gateway> {
  const port = await freePort();
  const lines: string[] = [];
  const child = startChild({
    command: [process.execPath, ...bunFlags, MAIN],
    env: { PORT: String(port), OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, LOG_LEVEL: 'warn', ...env },
    onLine: (line) => {
      lines.push(line);
      if (lines.length > 100) lines.shift();
    },
  });
  const ended = child.exited.then((code) => {
    throw new Error(`The gateway ended with exit code ${code}:\n${lines.join('\n')}`);
  });
  ended.catch(() => {});
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await Promise.race([waitUntil(ready, { what: 'the gateway' }), ended]);
  return {
    port,
    pid: child.pid,
    stop: async () => void (await child.stop()),
    [Symbol.asyncDispose]: async () => void (await child.stop()),
  };
}
