import { type Child, startChild } from './child-process.ts';
import { waitUntil } from './wait-until.ts';

export type Member = {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** True once the process does its work; without it the process counts as ready when started. */
  readonly ready?: () => Promise<boolean>;
  /** A process that may end by itself with exit code 0 without ending the others. */
  readonly mayFinish?: boolean;
};

export type ProcessGroupOptions = {
  readonly onLine: (name: string, line: string) => void;
  readonly readyTimeoutMs?: number;
  /** From SIGTERM to SIGKILL, for each process. */
  readonly graceMs?: number;
};

/** Exit code of a process that SIGKILL ended. */
const KILLED = 128 + 9;

/**
 * Processes that depend on those before them: started in order, each when the one before is ready, and ended in
 * reverse order. `failed` rejects, with the process's name, when one ends that should not have.
 */
export class ProcessGroup {
  readonly failed: Promise<never>;
  readonly #options: ProcessGroupOptions;
  readonly #running: { readonly name: string; readonly child: Child }[] = [];
  #fail!: (error: Error) => void;
  #stopping: Promise<void> | undefined;

  constructor(options: ProcessGroupOptions) {
    this.#options = options;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Whoever awaits it gets the error; before that nobody may be listening yet.
    this.failed.catch(() => {});
  }

  /** Whether `stop` was called. */
  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Resolves when all are ready. After `stop` nothing further is started. */
  async start(members: readonly Member[]): Promise<void> {
    for (const member of members) {
      if (this.#stopping !== undefined) return;
      this.#startOne(member);
      await Promise.race([this.#ready(member), this.failed]);
    }
  }

  /** Ends all in reverse order; resolves when none is left. Further calls give the same promise. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  /** SIGKILL for all at once. */
  async kill(): Promise<void> {
    await Promise.all(this.#running.map(({ child }) => child.kill9()));
  }

  #startOne({ name, command, env, mayFinish = false }: Member): void {
    const child = startChild({ command, env, onLine: (line) => this.#options.onLine(name, line) });
    this.#running.push({ name, child });
    void child.exited.then((code) => {
      if (this.#stopping !== undefined || (mayFinish && code === 0)) return;
      this.#fail(new Error(`${name} ended with exit code ${code}; its last lines above say why.`));
    });
  }

  async #ready({ name, ready }: Member): Promise<void> {
    if (ready === undefined) return;
    const probe = async () => this.#stopping !== undefined || (await ready());
    await waitUntil(probe, {
      what: `${name} to be ready`,
      timeoutMs: this.#options.readyTimeoutMs ?? 60_000,
    });
  }

  async #stopAll(): Promise<void> {
    const { graceMs = 10_000, onLine } = this.#options;
    for (const { name, child } of this.#running.toReversed()) {
      const asked = performance.now();
      const code = await child.stop(graceMs);
      if (code === KILLED && performance.now() - asked >= graceMs)
        onLine(name, `it did not end within ${graceMs} ms and was killed`);
    }
  }
}
