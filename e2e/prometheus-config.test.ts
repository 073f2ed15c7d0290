import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { ensurePromtool } from '../scripts/ensure-prometheus.ts';

const FOLDER = join(import.meta.dir, '../prometheus');
const INSTALL_MS = 5 * 60_000;

async function promtool(...args: string[]): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([await ensurePromtool(), ...args], { cwd: FOLDER, stdout: 'pipe', stderr: 'pipe' });
  const output = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, output: output.join('') };
}

test(
  'prometheus.yml and its rule files are valid',
  async () => {
    expect(await promtool('check', 'config', 'prometheus.yml')).toMatchObject({ code: 0 });
  },
  INSTALL_MS,
);

test(
  'the recording rules give the averages that their unit tests expect',
  async () => {
    expect(await promtool('test', 'rules', 'rules.test.yml')).toMatchObject({ code: 0 });
  },
  INSTALL_MS,
);
