import { join } from 'node:path';
import { pythonForTests } from '../scripts/python-tests.ts';
import { exitCodeOf } from '../scripts/run-command.ts';

/**
 * `bun e2e/python-kill-run.ts [kills]`: kills Python training loops with -9 at random moments, sends what they left, and prints
 * how many of the steps that `log` had returned from did not arrive. Ends with 1 where one was older than half a second.
 */
const kills = process.argv[2] ?? '40';
const cwd = join(import.meta.dir, '../python');
const command = [await pythonForTests(), '-m', 'tests.runs.programs.kill_loop', kills];
process.exitCode = await exitCodeOf(command, { cwd, env: { ...process.env, PYTHONPATH: 'src' } });
