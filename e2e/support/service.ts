import { join } from 'node:path';
import { type Child, startChild } from '../../scripts/child-process.ts';
import { freePorts } from '../../scripts/free-port.ts';
import { waitUntil } from '../../scripts/wait-until.ts';

const SERVICES = join(import.meta.dir, '../../services');

/** The services that can be started, and the variable that says where each answers. */
const PORT_VARIABLE = { sidecar: 'HEALTH_PORT', 'push-gateway': 'PORT', explorer: 'PORT' } as const;

export type Service = {
  /** Where it answers; the same after a restart. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Everything it wrote to its log so far, over all starts. */
  log(): string;
  start(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number>;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
} & AsyncDisposable;

/**
 * One of our services as a process of its own on a free loopback port; resolves when it is alive. `bunFlags` are those
 * of the Bun that runs it, such as `--cpu-prof`.
 */
export async function startService(
  name: keyof typeof PORT_VARIABLE,
  env: Readonly<Record<string, string>>,
  { bunFlags = [] }: { readonly bunFlags?: readonly string[] } = {},
): Promise<Service> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const lines: string[] = [];
  let child: Child;

  async function start(): Promise<void> {
    child = startChild({
      command: [process.execPath, ...bunFlags, join(SERVICES, name, 'src/main.ts')],
      env: { [PORT_VARIABLE[name]]: String(port), ...env },
      onLine: (line) => lines.push(line),
    });
    const alive = waitUntil(async () => (await fetch(`${url}/healthz`)).ok, { what: `${name} to answer` });
    const ended = child.exited.then((code) => {
      throw new Error(
        `${name} ended with exit code ${code} before it answered:\n${lines.slice(-20).join('\n')}`,
      );
    });
    ended.catch(() => {});
    await Promise.race([alive, ended]);
  }

  await start();
  return {
    url,
    port: port!,
    get pid() {
      return child.pid;
    },
    log: () => lines.join('\n'),
    start,
    stop: () => child.stop(),
    kill9: async () => void (await child.kill9()),
    [Symbol.asyncDispose]: async () => void (await child.kill9()),
  };
}
