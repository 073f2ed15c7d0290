import { expect, test } from 'bun:test';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..');
const TARGETS = [
  ...['help', 'start', 'test', 'check', 'bench', 'pipeline', 'collector', 'verify', 'dev-up', 'dev-down'],
  ...['build-sidecar', 'build-push-gateway', 'build-explorer', 'build-mock-trainer', 'build-all'],
  ...['logs-sidecar', 'logs-ml', 'logs-collector', 'logs-all', 'clean'],
  ...['test-python', 'docs-python'],
  ...['k8s-deploy', 'k8s-delete', 'k8s-logs-sidecar'],
];

async function make(...args: string[]): Promise<{ code: number; output: string }> {
  // A make above us (`make test`) would hand down its own flags.
  const env = { ...process.env, MAKEFLAGS: '', MAKELEVEL: '0' };
  const child = Bun.spawn(['make', ...args], { cwd: ROOT, env, stdout: 'pipe', stderr: 'pipe' });
  const output = await new Response(child.stdout).text();
  return { code: await child.exited, output };
}

test('make alone lists every target with a line about it', async () => {
  const { code, output } = await make();
  expect(code).toBe(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of the terminal.
  const listed = [...output.replace(/\x1b\[\d*m/g, '').matchAll(/^ {2}(\S+) +\S/gm)].map(([, name]) => name!);
  expect(listed.sort()).toEqual(TARGETS.toSorted());
});

test.each(TARGETS)('make %s has a recipe', async (target) => {
  expect(await make('--dry-run', target)).toMatchObject({ code: 0, output: expect.stringMatching(/\S/) });
});

test('make collector prints the path of a collector that runs', async () => {
  const { output } = await make('--silent', 'collector');
  const child = Bun.spawn([output.trim(), '--version'], { stdout: 'pipe' });
  expect(await new Response(child.stdout).text()).toStartWith('otelcol-ml version');
}, 1_200_000);
