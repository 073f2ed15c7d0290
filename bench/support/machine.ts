import { cpus, loadavg } from 'node:os';

/** One line on where figures were measured, and how busy it was before. */
export function describeMachine(): string {
  const cores = cpus();
  const load = loadavg()[0]!.toFixed(2);
  return `${cores.length} cores (${cores[0]?.model ?? 'unknown'}), Bun ${Bun.version}, load average ${load} before`;
}
