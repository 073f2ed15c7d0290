import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../store-error.ts';

/**
 * Claims a data folder for this process. The claim names the process and when it began, so that what a killed
 * process left behind (in a container, often one with our own number) is not taken for a live one. ClickHouse locks
 * its own folder as well; this claim covers what happens while no engine is open, and says who holds it.
 *
 * @returns ends the claim
 * @throws StoreError where another live process on this machine holds it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const mine = `${process.pid} ${startOf(process.pid) ?? '?'} ${crypto.randomUUID()}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
      return () => release(path, mine);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = read(path);
    const [pid, start] = found.split(' ');
    if (isAlive(Number(pid), start ?? '?')) throw inUse(folder, `process ${pid}`);
    if (!removeStale(path, found)) throw inUse(folder, 'another process');
  }
  throw inUse(folder, 'another process');
}

function inUse(folder: string, holder: string): StoreError {
  return new StoreError(
    `the data folder ${folder} is in use by ${holder}: end it, or give this one a folder of its own`,
    { reason: 'unavailable' },
  );
}

/** Moves it aside first: of two processes that found the same dead claim, one must not remove the other's new one. */
function removeStale(path: string, expected: string): boolean {
  const aside = `${path}.${crypto.randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  const taken = read(aside);
  if (taken === expected) {
    rmSync(aside, { force: true });
    return true;
  }
  renameSync(aside, path);
  return false;
}

function release(path: string, mine: string): void {
  if (read(path) === mine) rmSync(path, { force: true });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number, start: string): boolean {
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
