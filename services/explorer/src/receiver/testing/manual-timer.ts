import type { Timer } from '../timer.ts';

export interface ManualTimer extends Timer {
  /** Delays that are waited for now, in milliseconds. */
  readonly delays: readonly number[];
  /** Lets all of them pass. */
  pass(): void;
  /** The clock goes on by itself only as the longest delay that passes. */
  advance(millis: number): void;
}

/** Time that passes when the test says so. */
export function manualTimer(): ManualTimer {
  let time = 0;
  const set = new Set<{ delayMillis: number; callback: () => void }>();
  return {
    after(delayMillis, callback) {
      const entry = { delayMillis, callback };
      set.add(entry);
      return () => set.delete(entry);
    },
    now: () => time,
    advance(millis) {
      time += millis;
    },
    get delays() {
      return [...set].map(({ delayMillis }) => delayMillis);
    },
    pass() {
      const due = [...set];
      time += Math.max(0, ...due.map(({ delayMillis }) => delayMillis));
      set.clear();
      for (const { callback } of due) callback();
    },
  };
}
