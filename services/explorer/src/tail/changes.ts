import type { Committer } from '../receiver/committer.ts';
import type { Signal } from '../receiver/signal.ts';

/** Tells that there may be something new in the store. */
export interface Changes {
  /** @returns how to end it */
  listen(signals: readonly Signal[], changed: () => void): () => void;
}

/** What every commit of this process is told to: the embedded store has no other writer. */
export class AnnouncedChanges implements Changes {
  readonly #listeners = new Map<() => void, readonly Signal[]>();

  listen(signals: readonly Signal[], changed: () => void): () => void {
    // One of its own for each call, so that one function may listen twice.
    const listener = () => changed();
    this.#listeners.set(listener, signals);
    return () => void this.#listeners.delete(listener);
  }

  announce(signal: Signal): void {
    for (const [listener, signals] of this.#listeners) if (signals.includes(signal)) listener();
  }

  /** The same committer; what it commits is announced. */
  announcing(committer: Committer): Committer {
    return {
      check: (request) => committer.check(request),
      commit: async (signal, requests, name) => {
        const outcome = await committer.commit(signal, requests, name);
        if (outcome.kind === 'committed') this.announce(signal);
        return outcome;
      },
    };
  }
}

/** Others write into a server, too: there it is looked at each second. */
export function timedChanges(millis = 1_000): Changes {
  return {
    listen(_signals, changed) {
      const timer = setInterval(changed, millis);
      return () => clearInterval(timer);
    },
  };
}
