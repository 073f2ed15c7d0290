import { readdirSync, readFileSync } from 'node:fs';

/** Command line of each child process by its id. */
export function childrenOf(parent: number): Map<number, string> {
  const children = new Map<number, string>();
  for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!status.includes(`\nPPid:\t${parent}\n`)) continue;
      children.set(pid, readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    } catch {
      // It ended while we were looking.
    }
  }
  return children;
}

/** The child whose command line has this in it. Throws where there is none. */
export function childWith(parent: number, text: string): number {
  const child = [...childrenOf(parent)].find(([, command]) => command.includes(text));
  if (child === undefined) throw new Error(`Process ${parent} has no child with "${text}".`);
  return child[0];
}

/** Those of them that have not ended. */
export function livingOf(pids: Iterable<number>): number[] {
  return [...pids].filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}
