import { startChild } from '../../scripts/child-process.ts';
import { freePort } from '../../scripts/free-port.ts';
import { run } from '../../scripts/run-command.ts';
import { waitUntil } from '../../scripts/wait-until.ts';

/** Path of Debian's prometheus-pushgateway, installed through apt when it is missing and we are root. */
async function ensurePushgateway(): Promise<string> {
  const found = Bun.which('prometheus-pushgateway');
  if (found !== null) return found;
  if (process.getuid?.() === 0 && Bun.which('apt-get') !== null) {
    // Only the binary is wanted, not the service that the package would start.
    const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    await run(['apt-get', 'update', '-qq'], { env });
    await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'prometheus-pushgateway'], {
      env,
    });
  }
  const installed = Bun.which('prometheus-pushgateway');
  if (installed === null) {
    throw new Error(
      'prometheus-pushgateway is missing: on Debian and Ubuntu `sudo apt-get install prometheus-pushgateway`.',
    );
  }
  return installed;
}

export type Pushgateway = { readonly port: number; readonly pid: number } & AsyncDisposable;

/** Debian's Pushgateway on a free loopback port, with its defaults but for `flags`; resolves when it is ready. */
export async function startPushgateway(flags: readonly string[] = []): Promise<Pushgateway> {
  const binary = await ensurePushgateway();
  const port = await freePort();
  const child = startChild({ command: [binary, `--web.listen-address=127.0.0.1:${port}`, ...flags] });
  await waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok, {
    what: 'the Pushgateway',
  });
  return { port, pid: child.pid, [Symbol.asyncDispose]: async () => void (await child.stop()) };
}
