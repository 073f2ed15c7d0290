import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { run } from './run-command.ts';

/**
 * Path of a Python virtual environment that holds exactly these requirements (`name==version`), made in the cache folder
 * the first time; its programs are in `bin`. Throws with what to do when Python is missing.
 */
export async function ensurePythonVenv(requirements: readonly string[]): Promise<string> {
  const key = Bun.hash([...requirements].sort().join('\n')).toString(16);
  const path = join(cacheFolder(), 'venv', key);
  const made = Bun.file(join(path, '.made'));
  if (await made.exists()) return path;
  const python = Bun.which('python3');
  if (python === null)
    throw new Error('Python is missing: install Python 3.10 or newer with its venv module.');
  // Not made to its end the last time.
  await rm(path, { recursive: true, force: true });
  await mkdir(join(cacheFolder(), 'venv'), { recursive: true });
  await run([python, '-m', 'venv', path]);
  await run([join(path, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', ...requirements]);
  await made.write(requirements.join('\n'));
  return path;
}
