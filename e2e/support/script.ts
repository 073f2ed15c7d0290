import { join } from 'node:path';
import { type Child, startChild } from '../../scripts/child-process.ts';
import { waitUntil } from '../../scripts/wait-until.ts';

const ROOT = join(import.meta.dir, '../..');

export type Script = {
  readonly pid: number;
  /** Resolves with the exit code. */
  readonly exited: Promise<number>;
  /** Each line it wrote so far, to stdout or stderr. */
  readonly lines: readonly string[];
  output(): string;
  /** Resolves when it wrote this; rejects with all it wrote when it ends before. */
  says(text: string, timeoutMs?: number): Promise<void>;
} & AsyncDisposable;

/** One of our scripts, as a command of the Makefile runs it; ended with its scope. */
export function startScript(args: readonly string[], env: Readonly<Record<string, string>> = {}): Script {
  const lines: string[] = [];
  const child: Child = startChild({
    command: [process.execPath, ...args],
    cwd: ROOT,
    env,
    onLine: (line) => lines.push(line),
  });
  const output = () => lines.join('\n');
  return {
    pid: child.pid,
    exited: child.exited,
    lines,
    output,
    says: async (text, timeoutMs = 60_000) => {
      const ended = child.exited.then((code) => {
        if (output().includes(text)) return;
        throw new Error(`${args[0]} ended with exit code ${code} before it said "${text}":\n${output()}`);
      });
      await Promise.race([waitUntil(() => output().includes(text), { what: `"${text}"`, timeoutMs }), ended]);
    },
    [Symbol.asyncDispose]: async () => void (await child.stop(30_000)),
  };
}
