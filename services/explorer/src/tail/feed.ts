/** Where a feed's events come from. It remembers what it has told. */
export interface Source<T> {
  /** What is new since the call before; the first time nothing is. Never called while it runs. */
  poll(): Promise<readonly T[]>;
  /** For one who comes anew, or from a position that a feed no longer knows. */
  begin(position: string | undefined): Promise<readonly T[]>;
  /** Where it stands: enough for a later source to go on from without missing anything. */
  position(): string;
}

export interface FeedEvent<T> {
  /** `feed.number.position` */
  readonly id: string;
  readonly data: T;
}

export interface Watcher<T> {
  /** @returns whether it can take more */
  send(event: FeedEvent<T>): boolean;
  /** It is told no more: it may come again, from the last event that it has. */
  end(): void;
}

/** Events that are kept for those who come again. */
const HISTORY = 200;
/** Polls follow each other at least so far apart, however fast the changes come. */
const POLL_MILLIS = 200;

/** One question's news, for all who watch it. It asks only while somebody does. */
export class Feed<T> {
  readonly #source: Source<T>;
  readonly #onFault: (error: unknown) => void;
  readonly #id = crypto.randomUUID();
  readonly #watchers = new Set<Watcher<T>>();
  readonly #history: FeedEvent<T>[] = [];
  #number = 0;
  #polling: Promise<void> | undefined;
  #again = false;

  constructor(source: Source<T>, onFault: (error: unknown) => void) {
    this.#source = source;
    this.#onFault = onFault;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /**
   * Resolves when it is watched: what is committed from then on is told. `lastId` is that of the last event that the
   * watcher has of such a feed.
   *
   * @throws what the source throws
   */
  async watch(watcher: Watcher<T>, lastId: string | undefined): Promise<void> {
    const [feed, number, position] = (lastId ?? '').split('.', 3);
    const missed = feed === this.#id ? this.#since(Number(number)) : undefined;
    if (missed === undefined) {
      await this.#pollOnce();
      this.#watchers.add(watcher);
      for (const data of await this.#source.begin(position)) watcher.send(this.#event(data));
      return;
    }
    for (const event of missed) watcher.send(event);
    this.#watchers.add(watcher);
    this.changed();
  }

  leave(watcher: Watcher<T>): void {
    this.#watchers.delete(watcher);
  }

  /** There may be something new. */
  changed(): void {
    if (this.#watchers.size === 0) return;
    if (this.#polling !== undefined) {
      this.#again = true;
      return;
    }
    void this.#pollOnce().catch((error) => this.#fail(error));
  }

  /** Those who watch are sent away; they may come again. */
  end(): void {
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }

  /** The events after one of this feed; undefined where they are kept no more. */
  #since(number: number): readonly FeedEvent<T>[] | undefined {
    const missed = this.#number - number;
    if (!(missed >= 0 && missed <= this.#history.length)) return undefined;
    return missed === 0 ? [] : this.#history.slice(-missed);
  }

  async #pollOnce(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
      if (!this.#again) return;
      this.#again = false;
      setTimeout(() => this.changed(), POLL_MILLIS);
    });
    return this.#polling;
  }

  async #poll(): Promise<void> {
    for (const data of await this.#source.poll()) {
      this.#number++;
      const event = this.#event(data);
      this.#history.push(event);
      if (this.#history.length > HISTORY) this.#history.shift();
      for (const watcher of this.#watchers) if (!watcher.send(event)) this.#dismiss(watcher);
    }
  }

  #event(data: T): FeedEvent<T> {
    return { id: `${this.#id}.${this.#number}.${this.#source.position()}`, data };
  }

  #dismiss(watcher: Watcher<T>): void {
    this.#watchers.delete(watcher);
    watcher.end();
  }

  #fail(error: unknown): void {
    this.#onFault(error);
    this.end();
  }
}
