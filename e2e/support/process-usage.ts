import { readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of a hundredth of a second (USER_HZ), whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/** Processor time that a process has used so far, its own and the kernel's for it, from `/proc/PID/stat`. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the command in parentheses and may hold spaces; the others follow it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process in MiB, from `/proc/PID/status`. */
export function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} has no resident memory: it has ended.`);
  return Number(kib) / 1_024;
}
