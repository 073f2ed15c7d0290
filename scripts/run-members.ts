import { PrefixedConsole } from './console-prefix.ts';
import { type Member, ProcessGroup } from './process-group.ts';
import { readableLogLine } from './readable-log-line.ts';

/**
 * Runs processes in the foreground: starts them in order, calls `announce` when all are ready, and ends them in reverse
 * order on Ctrl-C, SIGTERM or SIGHUP (a second signal ends them at once).
 *
 * @throws Error that names the process, when one ends that should not have; the others are ended first
 */
export async function runMembers(members: readonly Member[], announce: () => void): Promise<void> {
  const log = new PrefixedConsole(members.map(({ name }) => name));
  const group = new ProcessGroup({ onLine: (name, line) => log.print(name, readableLogLine(line)) });
  const stopped = onSignals(group);
  try {
    await group.start(members);
    if (!group.stopping) announce();
    await Promise.race([stopped, group.failed]);
  } finally {
    await group.stop();
  }
}

/** Runs the main function of a script; what it throws is said in one line, and makes the exit code 1. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Resolves at the first signal. */
function onSignals(group: ProcessGroup): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) void group.kill();
        else console.log(`\n${signal}: ending everything (again: at once) ...`);
        asked = true;
        void group.stop();
        resolve();
      });
    }
  });
}
