import { parseConfig } from '../config.ts';
import { EMBEDDED_STATEMENTS } from '../store/open-store.ts';
import { ensureThreads } from '../thread-pool.ts';
import { CommandError } from './command-parts.ts';
import { runCommand } from './run-command.ts';
import { adminUsage } from './usage.ts';

const words = process.argv.slice(2);
const parsed = parseConfig(process.env);
if (words.length === 0 || words.some((word) => word === '--help' || word === '-h')) {
  console.log(adminUsage());
} else if (!parsed.ok) {
  console.error(['The settings are not right:', ...parsed.issues].join('\n  '));
  process.exitCode = 2;
} else {
  if (parsed.config.clickhouseUrl === undefined) ensureThreads(EMBEDDED_STATEMENTS);
  try {
    const isDone = await runCommand(words, parsed.config, (text) => console.log(text));
    process.exitCode = isDone ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof CommandError) console.error('--help shows the commands');
    process.exitCode = error instanceof CommandError ? 2 : 1;
  }
}
