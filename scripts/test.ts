/**
 * `make test`: the checks, the unit tests in TypeScript and Python side by side, then the end-to-end tests against real processes, which are installed first.
 * The last line counts them all.
 */
import { runChecks } from './checks.ts';
import { ensureChromium } from './ensure-chromium.ts';
import { ensureCollector } from './ensure-collector.ts';
import { ensurePrometheus } from './ensure-prometheus.ts';
import { addCounts, type Counts, countsLine, NONE } from './junit-counts.ts';
import { runPythonTests } from './python-tests.ts';
import { foldersWithTests, runTests } from './test-run.ts';

const END_TO_END = './e2e';

let counts = NONE;
counts = addCounts(counts, await check());
// Side by side: each waits half of the time, for processes of its own.
for (const one of await Promise.all([unit(), python()])) counts = addCounts(counts, one);
counts = addCounts(counts, await install());
counts = addCounts(counts, await runTests([END_TO_END]));
console.log(countsLine(counts));
process.exit(counts.failed === 0 ? 0 : 1);

async function check(): Promise<Counts> {
  const results = await runChecks();
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

async function unit(): Promise<Counts> {
  return runTests((await foldersWithTests()).filter((folder) => folder !== END_TO_END));
}

async function python(): Promise<Counts> {
  try {
    return await runPythonTests([], { isHeld: true });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** What cannot be installed counts as one failure; the tests that need it then say the same, each for itself. */
async function install(): Promise<Counts> {
  try {
    await ensureChromium();
    await ensurePrometheus();
    await ensureCollector();
    return NONE;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
