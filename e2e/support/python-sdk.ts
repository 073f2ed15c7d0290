import { join } from 'node:path';
import { pythonForTests } from '../../scripts/python-tests.ts';
import { codeBlocks } from './markdown.ts';
import { tempFolder } from './temp-folder.ts';

const ROOT = join(import.meta.dir, '../..');

export type PythonSdk = {
  /** The environment's programs, `python` and `ml-otel-py` among them. */
  readonly bin: string;
  /** A folder of the test's own, where programs run. */
  readonly folder: string;
} & AsyncDisposable;

/** The Python package from its built wheel, in a fresh environment of the newest Python here. */
export async function installPythonSdk(
  extras: readonly string[] = [],
  further: readonly string[] = [],
): Promise<PythonSdk> {
  const folder = await tempFolder();
  const make = ['-m', 'tests.support.installed_wheel', folder.path, extras.join(','), ...further];
  const made = await runProgram([await pythonForTests(), ...make], { cwd: join(ROOT, 'python') });
  if (made.code !== 0) throw new Error(`The Python package cannot be installed:\n${made.output}`);
  return {
    bin: made.output.trim(),
    folder: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Runs a program to its end; `output` is what it said on both ways out. */
export async function runProgram(
  command: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, output: out + err };
}

/** Writes a program that the README prints into `folder`; it is found by the name in its first line. */
export async function writeFromReadme(name: string, folder: string): Promise<string> {
  const readme = await Bun.file(join(ROOT, 'python/README.md')).text();
  const block = codeBlocks(readme).find(({ code }) => code.startsWith(`# ${name}\n`));
  if (block === undefined) throw new Error(`python/README.md has no program that begins with "# ${name}"`);
  const path = join(folder, name);
  await Bun.write(path, block.code);
  return path;
}
