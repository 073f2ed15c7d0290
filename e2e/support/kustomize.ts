import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../scripts/cache-folder.ts';
import { run } from '../../scripts/run-command.ts';

const version = 'v5.5.0';

/** The manifests that `kubectl apply -k FOLDER` would apply, as YAML. Throws with kustomize's words when it fails. */
export async function renderKustomization(folder: string): Promise<string> {
  const child = Bun.spawn([...(await ensureKustomize()), folder], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`kustomize refuses ${folder}: ${stderr}`);
  return stdout;
}

/** kubectl's own kustomize where there is a kubectl; else the program itself, built once into the cache folder. */
async function ensureKustomize(): Promise<string[]> {
  const kubectl = Bun.which('kubectl');
  if (kubectl !== null) return [kubectl, 'kustomize'];
  const cache = cacheFolder();
  const folder = join(cache, 'kustomize', version);
  const kustomize = join(folder, 'kustomize');
  if (!(await Bun.file(kustomize).exists())) {
    if (Bun.which('go') === null)
      throw new Error('Neither kubectl nor Go is on the PATH: install one of them.');
    console.error('Building kustomize (about a minute the first time) ...');
    await mkdir(folder, { recursive: true });
    await run(['go', 'install', `sigs.k8s.io/kustomize/kustomize/v5@${version}`], {
      env: { GOBIN: folder, CGO_ENABLED: '0' },
    });
  }
  return [kustomize, 'build'];
}
