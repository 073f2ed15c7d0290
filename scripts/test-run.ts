import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, readJunitCounts } from './junit-counts.ts';
import { exitCodeOf } from './run-command.ts';

const ROOT = join(import.meta.dir, '..');

/** Of a test or hook that sets none itself. Only a hang may take so long, not a busy machine: a store opens in half a second. */
const TIMEOUT_MILLIS = 60_000;

/**
 * Runs the tests under these folders and counts them. A run that ends badly without a failed test (a crash, a file that
 * does not load) counts as one failure.
 */
export async function runTests(folders: readonly string[]): Promise<Counts> {
  const temp = await mkdtemp(join(tmpdir(), 'ml-otel-junit-'));
  try {
    const report = join(temp, 'junit.xml');
    const command = [
      process.execPath,
      'test',
      `--timeout=${TIMEOUT_MILLIS}`,
      '--reporter=junit',
      `--reporter-outfile=${report}`,
      ...folders,
    ];
    const code = await exitCodeOf(command, { cwd: ROOT });
    const xml = (await Bun.file(report).exists()) ? await Bun.file(report).text() : '';
    const counts = readJunitCounts(xml) ?? { passed: 0, failed: 0, skipped: 0 };
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

/** Top-level folders that hold test files, as arguments for `runTests`. */
export async function foldersWithTests(): Promise<string[]> {
  const folders = new Set<string>();
  for await (const file of new Bun.Glob('*/**/*.test.{ts,tsx}').scan(ROOT)) {
    if (!/(^|\/)(node_modules|dist)\//.test(file)) folders.add(`./${file.split('/')[0]}`);
  }
  return [...folders].sort();
}
