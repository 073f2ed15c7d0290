import { type Child, startChild } from '../../../scripts/child-process.ts';
import { waitUntil } from '../../../scripts/wait-until.ts';
import { OFFLINE } from './peer-data.ts';

export interface ServerOptions {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it answers and has read its data. */
  readonly ready: () => Promise<boolean>;
}

/** A peer's server, when it is ready. @throws Error with what it said where it is not within ten minutes */
export async function startServer({ command, env, ready }: ServerOptions): Promise<AsyncDisposable> {
  const lines: string[] = [];
  const child: Child = startChild({
    command,
    env: { ...OFFLINE, ...env },
    onLine: (line) => lines.push(line),
  });
  try {
    await waitUntil(ready, { what: command[0]!, timeoutMs: 600_000, everyMs: 500 });
  } catch (error) {
    await child.stop();
    throw new Error(`${(error as Error).message}\n${lines.slice(-20).join('\n')}`);
  }
  return { [Symbol.asyncDispose]: async () => void (await child.stop()) };
}
