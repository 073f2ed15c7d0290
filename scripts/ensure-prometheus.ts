import { run } from './run-command.ts';

/**
 * Path of a Prometheus binary: the one on the PATH, else Debian's, installed through apt when we are root.
 * Throws with what to do otherwise.
 */
export async function ensurePrometheus(): Promise<string> {
  return Bun.which('prometheus') ?? (await installThroughApt()) ?? fail();
}

/** Path of promtool, which comes with Prometheus. */
export async function ensurePromtool(): Promise<string> {
  await ensurePrometheus();
  const path = Bun.which('promtool');
  if (path === null) throw new Error('Prometheus is installed, but promtool is not on the PATH beside it.');
  return path;
}

async function installThroughApt(): Promise<string | null> {
  if (process.getuid?.() !== 0 || Bun.which('apt-get') === null) return null;
  console.error('Installing Prometheus through apt-get ...');
  // Only the binary is wanted: a service that the package would start would take port 9090.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await run(['apt-get', 'update', '-qq'], { env });
  await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'prometheus'], { env });
  return Bun.which('prometheus');
}

function fail(): never {
  throw new Error(
    'Prometheus is missing. Install it (Debian and Ubuntu: `sudo apt-get install prometheus`; ' +
      'others: https://prometheus.io/download) so that `prometheus` and `promtool` are on the PATH, then run this again.',
  );
}
