import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Claims a folder for this process. The claim names the process and when it began, so that what a killed process
 * left behind (in a container, often one with our own number) is not taken for a live one.
 *
 * @returns ends the claim
 * @throws where another live process on this machine holds it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const mine = `${process.pid} ${startOf(process.pid) ?? '?'}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A disk that is full must not keep what waits on it from being sent: the claim stands, without a name in it.
      if (code === 'ENOSPC' || code === 'EDQUOT') return () => rmSync(path, { force: true });
      if (code !== 'EEXIST') throw error;
    }
    const holder = readHolder(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new Error(
        `the spool folder ${folder} is in use by process ${holder.pid}: give each process its own`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new Error(
    `the spool folder ${folder} is being claimed by another process: give each process its own`,
  );
}

interface Holder {
  readonly pid: number;
  readonly start: string;
}

function readHolder(path: string): Holder | undefined {
  try {
    const [pid, start] = readFileSync(path, 'utf8').split(' ');
    return { pid: Number(pid), start: start ?? '?' };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, start }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const now = startOf(pid);
  if (now !== undefined) return now === start;
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Clock ticks after boot at which a process began (proc(5), fields 3 and 22); undefined where there is no such process or
 * no /proc. Of a process that was killed and that its parent has not asked about only its number is left: it has ended.
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
