import { type Subprocess, spawn } from 'bun';
import { eachLine } from './each-line.ts';

export type ChildOptions = {
  readonly command: readonly string[];
  /** Added to (and winning over) this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called for each line of stdout and stderr, in the order of arrival. */
  readonly onLine?: (line: string) => void;
};

export type Child = {
  readonly pid: number;
  /** Resolves when the process has ended, with its exit code, or 128 plus the signal's number. */
  readonly exited: Promise<number>;
  /** Asks with SIGTERM, insists with SIGKILL after `graceMs` (10 s); resolves when the process is gone. */
  stop(graceMs?: number): Promise<number>;
  /** SIGKILL at once; resolves when the process is gone. */
  kill9(): Promise<number>;
};

/**
 * Starts a process in a process group of its own: a Ctrl-C in the terminal reaches only us, and we end the children in
 * the order that loses nothing.
 */
export function startChild(options: ChildOptions): Child {
  const process_ = spawn([...options.command], {
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  const onLine = options.onLine ?? (() => {});
  const output = Promise.all([eachLine(process_.stdout, onLine), eachLine(process_.stderr, onLine)]);
  const exited = process_.exited.then(async (code) => {
    // A grandchild may hold the pipes open; the last lines are worth a moment, not more.
    await Promise.race([output, Bun.sleep(200)]);
    return code;
  });
  return {
    pid: process_.pid,
    exited,
    stop: (graceMs = 10_000) => stop(process_, exited, graceMs),
    kill9: () => end(process_, exited, 'SIGKILL'),
  };
}

async function stop(child: Subprocess, exited: Promise<number>, graceMs: number): Promise<number> {
  const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
  try {
    return await end(child, exited, 'SIGTERM');
  } finally {
    clearTimeout(insist);
  }
}

function end(child: Subprocess, exited: Promise<number>, signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return exited;
}
