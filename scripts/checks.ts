import { join } from 'node:path';
import { exitCodeOf } from './run-command.ts';

const ROOT = join(import.meta.dir, '..');

export type Check = { readonly name: string; readonly command: readonly string[] };
export type CheckResult = { readonly name: string; readonly passed: boolean };

/** What must hold of the source as it stands, without running it. */
const CHECKS: readonly Check[] = [
  { name: 'format and lint (biome)', command: ['bunx', 'biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types (tsc)', command: ['bunx', 'tsc', '--noEmit'] },
  // Apart, because it runs in a browser: it knows the DOM, which nothing else here does.
  {
    name: 'types of the page (tsc)',
    command: ['bunx', 'tsc', '--noEmit', '-p', 'services/explorer/src/web'],
  },
  { name: 'arrows of import', command: [process.execPath, join(import.meta.dir, 'check-arrows.ts')] },
];

/** Runs every check, also after one failed; says of each how it went. */
export async function runChecks(): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, command } of CHECKS) {
    const passed = (await exitCodeOf(command, { cwd: ROOT })) === 0;
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${name}`);
    results.push({ name, passed });
  }
  return results;
}
