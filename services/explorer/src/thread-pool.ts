import { threadPoolEnvironment } from '@ml-otel/telemetry-store';

/**
 * Replaces this process by itself with as many threads as the embedded engine needs, where it has fewer: their number
 * is read once, before the first line of ours runs. The process keeps its id, so signals still find it.
 */
export function ensureThreads(statements: number): void {
  const environment = threadPoolEnvironment(process.env, statements);
  if (environment === undefined) return;
  const entries = Object.entries(environment).filter(([, value]) => value !== undefined);
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve?.(process.execPath, command, Object.fromEntries(entries));
}
