import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { run } from './run-command.ts';

/**
 * Path of a published Go program, installed into the cache folder the first time.
 * Throws with what to do when Go is missing.
 *
 * @param version of its module, such as `v0.161.0`
 */
export async function ensureGoProgram(path: string, version: string): Promise<string> {
  return cached(`${basename(path)}-${version}`, (out) =>
    run([go(), 'install', `${path}@${version}`], { env: { GOBIN: out, CGO_ENABLED: '0' } }),
  );
}

/** The same of a program whose module is a folder of ours; built again when a file in it changed. */
export async function ensureOwnGoProgram(folder: string): Promise<string> {
  const files = [...new Bun.Glob('*').scanSync(folder)].sort();
  const texts = await Promise.all(files.map((file) => Bun.file(join(folder, file)).text()));
  const key = Bun.hash(texts.join('\0')).toString(16);
  const name = basename(folder);
  return cached(`${name}-${key}`, (out) =>
    run([go(), 'build', '-trimpath', '-o', join(out, name), '.'], {
      env: { CGO_ENABLED: '0' },
      cwd: folder,
    }),
  );
}

/** The one program in a folder of the cache that `make` fills. */
async function cached(name: string, make: (out: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), 'go', name);
  if ((await programsIn(folder)).length === 0) {
    // Made aside, so that a build that was interrupted, or another one at the same time, leaves no half of it.
    const aside = `${folder}.${process.pid}`;
    await mkdir(aside, { recursive: true });
    await make(aside);
    await rename(aside, folder).catch(() => rm(aside, { recursive: true }));
  }
  return join(folder, (await programsIn(folder))[0]!);
}

async function programsIn(folder: string): Promise<string[]> {
  return Array.fromAsync(new Bun.Glob('*').scan(folder)).catch(() => []);
}

function go(): string {
  const path = Bun.which('go');
  if (path === null)
    throw new Error('Go is missing: install Go 1.26 or newer (https://go.dev/dl), then run this again.');
  return path;
}
