import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../scripts/cache-folder.ts';
import { run } from '../../scripts/run-command.ts';

const version = '1.37.0';
/** The newest and the oldest Kubernetes that the manifests are for; native sidecars came with the latter. */
export const newest = '1.37.0';
export const oldest = '1.29.0';

export type Verdict = { readonly ok: boolean; readonly output: string };

/**
 * Checks manifests (YAML, one or more documents) strictly against the schemas of a version of Kubernetes: unknown fields and
 * wrong types are refused. `output` has a line for each resource, and what is wrong with it.
 */
export async function validateManifests(yaml: string, kubernetes: string = newest): Promise<Verdict> {
  const python = await ensureKubernetesValidate();
  const options = ['--strict', '--kubernetes-version', kubernetes];
  const child = Bun.spawn([python, '-m', 'kubernetes_validate', ...options, '/dev/stdin'], {
    stdin: new Blob([yaml]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { ok: (await child.exited) === 0, output: stdout + stderr };
}

/** The Python of a virtual environment in the cache folder that has the validator; made when it is not there yet. */
async function ensureKubernetesValidate(): Promise<string> {
  const cache = cacheFolder();
  const home = join(cache, 'venv-k8s', version);
  const python = join(home, 'bin', 'python');
  if (await Bun.file(python).exists()) return python;
  const base = Bun.which('python3');
  if (base === null)
    throw new Error(
      'Python 3 is missing: install it, with its venv module, so that `python3` is on the PATH.',
    );

  // Made aside and then renamed: two tests at once, or one that is killed, leave no half environment behind.
  await mkdir(join(cache, 'venv-k8s'), { recursive: true });
  const aside = await mkdtemp(join(cache, 'venv-k8s', 'new-'));
  try {
    await run([base, '-m', 'venv', aside]);
    await run([
      join(aside, 'bin', 'python'),
      '-m',
      'pip',
      'install',
      '-q',
      '--disable-pip-version-check',
      `kubernetes-validate==${version}`,
    ]);
    await rename(aside, home).catch(async (error) => {
      if (!(await Bun.file(python).exists())) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return python;
}
