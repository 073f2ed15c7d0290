/** A bounded number of things, each used by one caller at a time; who comes first is served first. */
export class Slots<T> {
  readonly #idle: T[];
  readonly #size: number;
  readonly #waiting: ((thing: T) => void)[] = [];
  readonly #whenIdle: (() => void)[] = [];

  constructor(things: readonly T[]) {
    this.#idle = [...things];
    this.#size = things.length;
  }

  /** Rejects with the signal's reason when it aborts before a turn came. */
  take(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const thing = this.#idle.pop();
    if (thing !== undefined) return Promise.resolve(thing);
    return new Promise((resolve, reject) => {
      const serve = (next: T) => {
        signal?.removeEventListener('abort', leave);
        resolve(next);
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(serve), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(serve);
    });
  }

  give(thing: T): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next(thing);
      return;
    }
    this.#idle.push(thing);
    if (this.#idle.length === this.#size) for (const tell of this.#whenIdle.splice(0)) tell();
  }

  /** When nothing is in use, all things. */
  async whenIdle(): Promise<readonly T[]> {
    while (this.#idle.length < this.#size) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    }
    return this.#idle;
  }
}
