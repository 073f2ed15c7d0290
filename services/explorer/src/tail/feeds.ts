import { Problem } from '../api/problem.ts';
import type { Signal } from '../receiver/signal.ts';
import type { Changes } from './changes.ts';
import { Feed, type Source, type Watcher } from './feed.ts';

export interface FeedsOptions {
  readonly changes: Changes;
  onFault(error: unknown): void;
  /** Who may watch at once, all feeds together. */
  readonly maxWatchers?: number;
  /** How long a feed is kept that nobody watches, so that who comes again finds what was missed. */
  readonly lingerMillis?: number;
}

/** What is watched, and how its source is made. */
export interface Watched<T> {
  /** The same for the same question. */
  readonly key: string;
  readonly signals: readonly Signal[];
  /** Looks again so often besides, for what changes by time alone. */
  readonly everyMillis?: number;
  source(): Source<T>;
}

interface Kept {
  readonly feed: Feed<unknown>;
  readonly stop: () => void;
  linger: ReturnType<typeof setTimeout> | undefined;
}

/** The feeds that are watched: one for each question, however many watch it. */
export class Feeds {
  readonly #options: Required<FeedsOptions>;
  readonly #feeds = new Map<string, Kept>();
  #watchers = 0;

  constructor(options: FeedsOptions) {
    this.#options = { maxWatchers: 200, lingerMillis: 60_000, ...options };
  }

  /**
   * @returns how to end it; to be called once
   * @throws Problem `overloaded`; what the source throws
   */
  async watch<T>(watched: Watched<T>, watcher: Watcher<T>, lastId: string | undefined): Promise<() => void> {
    if (this.#watchers >= this.#options.maxWatchers)
      throw new Problem('overloaded', `${this.#options.maxWatchers} watch already: come again in a moment`);
    this.#watchers++;
    const kept = this.#keep(watched);
    clearTimeout(kept.linger);
    const leave = () => {
      this.#watchers--;
      kept.feed.leave(watcher as Watcher<unknown>);
      if (kept.feed.watchers === 0) this.#linger(watched.key, kept);
    };
    try {
      await kept.feed.watch(watcher as Watcher<unknown>, lastId);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** Somebody changed something through us that no commit tells of. */
  end(): void {
    for (const { feed, stop, linger } of this.#feeds.values()) {
      clearTimeout(linger);
      stop();
      feed.end();
    }
    this.#feeds.clear();
  }

  #keep<T>({ key, signals, everyMillis, source }: Watched<T>): Kept {
    const known = this.#feeds.get(key);
    if (known !== undefined) return known;
    const feed = new Feed<unknown>(source(), this.#options.onFault);
    const unlisten = this.#options.changes.listen(signals, () => feed.changed());
    const timer = everyMillis === undefined ? undefined : setInterval(() => feed.changed(), everyMillis);
    const stop = () => {
      unlisten();
      clearInterval(timer);
    };
    const kept: Kept = { feed, stop, linger: undefined };
    this.#feeds.set(key, kept);
    return kept;
  }

  #linger(key: string, kept: Kept): void {
    kept.linger = setTimeout(() => {
      kept.stop();
      if (this.#feeds.get(key) === kept) this.#feeds.delete(key);
    }, this.#options.lingerMillis);
    kept.linger.unref();
  }
}
