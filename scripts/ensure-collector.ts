import { join } from 'node:path';

const BUILD = join(import.meta.dir, 'build-collector.sh');

/**
 * Path of our collector's binary, built first where it is not cached yet (minutes; the build talks on stderr).
 * Throws when it cannot be built.
 */
export async function ensureCollector(): Promise<string> {
  const build = Bun.spawn([BUILD], { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  const path = (await new Response(build.stdout).text()).trim();
  if ((await build.exited) !== 0)
    throw new Error('The collector could not be built; the lines above say why.');
  return path;
}
