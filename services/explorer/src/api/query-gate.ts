import { Problem } from './problem.ts';

/**
 * How many queries may run at once: those beyond wait, and beyond those that wait are told to come again. Ingestion has
 * statements of its own; but it shares the processors, and so asking is what is held back.
 */
export class QueryGate {
  readonly #limits: { readonly running: number; readonly waiting: number };
  #running = 0;
  readonly #queue: (() => void)[] = [];

  constructor(limits: { readonly running: number; readonly waiting: number }) {
    this.#limits = limits;
  }

  /** @throws Problem `overloaded`; the signal's reason where it aborts before there is room */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.#limits.running) {
      this.#running++;
      return;
    }
    if (this.#queue.length >= this.#limits.waiting)
      throw new Problem('overloaded', 'more is being asked than can be answered: come again in a moment');
    await new Promise<void>((resolve, reject) => {
      const serve = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(serve), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.push(serve);
    });
  }

  /** The place of one that left is taken by the first that waits. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
