import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MIGRATIONS } from '../../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { cacheFolder } from '../../../scripts/cache-folder.ts';
import { run } from '../../../scripts/run-command.ts';
import type { Scale } from '../scale.ts';

/** The folder of an explorer's store with the data; made anew where the schema is another, else taken from the cache folder. */
export async function ensureOurData({ steps, runs }: Scale): Promise<string> {
  const script = join(import.meta.dir, 'write-data.ts');
  const files = [...new Bun.Glob('*.sql').scanSync(MIGRATIONS)].sort();
  const texts = await Promise.all(
    [script, ...files.map((name) => join(MIGRATIONS, name))].map((path) => Bun.file(path).text()),
  );
  const key = Bun.hash([...texts, steps, runs].join('\n')).toString(16);
  const folder = join(cacheFolder(), 'bench-page', `ours-${key}`);
  const made = Bun.file(join(folder, '.made'));
  if (await made.exists()) return join(folder, 'data');
  // Not made to its end the last time.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run([process.execPath, script, join(folder, 'data'), String(steps), String(runs)], {
    env: { UV_THREADPOOL_SIZE: '16' },
  });
  await made.write('');
  return join(folder, 'data');
}
