import type { Timer } from '../timer.ts';

export interface ManualTimer extends Timer {
  /** Delays that are waited for now, in milliseconds. */
  readonly delays: readonly number[];
  /** Lets all of them pass. */
  pass(): void;
}

/** Time that passes when the test says so. */
export function manualTimer(): ManualTimer {
  const set = new Set<{ delayMillis: number; callback: () => void }>();
  return {
    after(delayMillis, callback) {
      const entry = { delayMillis, callback };
      set.add(entry);
      return () => set.delete(entry);
    },
    get delays() {
      return [...set].map(({ delayMillis }) => delayMillis);
    },
    pass() {
      const due = [...set];
      set.clear();
      for (const { callback } of due) callback();
    },
  };
}
