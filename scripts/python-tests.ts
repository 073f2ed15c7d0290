import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePythonVenv } from './ensure-python-venv.ts';
import { addCounts, type Counts, readJunitCounts } from './junit-counts.ts';
import { exitCodeOf, type RunOptions } from './run-command.ts';

const ROOT = join(import.meta.dir, '..', 'python');

/**
 * Checks and tests of the Python SDK in an environment that holds exactly `python/requirements-dev.txt`: ruff, pyright and
 * pytest, each also after another failed. Further arguments go to pytest; `isHeld` as of a command.
 */
export async function runPythonTests(
  pytestArguments: readonly string[] = [],
  { isHeld = false }: Pick<RunOptions, 'isHeld'> = {},
): Promise<Counts> {
  const options = { cwd: ROOT, isHeld };
  const python = await pythonForTests();
  const checks: [string, string[]][] = [
    ['ruff check', [python, '-m', 'ruff', 'check', '--quiet', '.']],
    ['ruff format', [python, '-m', 'ruff', 'format', '--check', '--quiet', '.']],
    ['pyright', ['bunx', '--bun', 'pyright', '--pythonpath', python]],
  ];
  // Beside the tests, which wait for processes of their own most of the time.
  const checked = Promise.all(checks.map(([name, command]) => check(name, command, options)));
  const tested = await pytest(python, pytestArguments, options);
  return (await checked).reduce(addCounts, tested);
}

async function check(name: string, command: readonly string[], options: RunOptions): Promise<Counts> {
  const passed = (await exitCodeOf(command, options)) === 0;
  console.log(`${passed ? 'ok    ' : 'FAILED'} python: ${name}`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** Path of the interpreter of that environment, which is made the first time. */
export async function pythonForTests(): Promise<string> {
  const requirements = (await Bun.file(join(ROOT, 'requirements-dev.txt')).text())
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  return join(await ensurePythonVenv(requirements), 'bin/python');
}

/** A run that ends badly without a failed test counts as one failure. */
async function pytest(python: string, further: readonly string[], options: RunOptions): Promise<Counts> {
  const temp = await mkdtemp(join(tmpdir(), 'ml-otel-pytest-'));
  try {
    const report = join(temp, 'junit.xml');
    const command = [
      python,
      '-m',
      'pytest',
      '--quiet',
      `--junitxml=${report}`,
      '-p',
      'no:cacheprovider',
      ...further,
    ];
    const code = await exitCodeOf(command, options);
    const xml = (await Bun.file(report).exists()) ? await Bun.file(report).text() : '';
    const counts = readJunitCounts(xml) ?? { passed: 0, failed: 0, skipped: 0 };
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const counts = await runPythonTests(Bun.argv.slice(2));
  process.exitCode = counts.failed === 0 ? 0 : 1;
}
