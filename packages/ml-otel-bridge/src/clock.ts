import type { Time } from './schema/index.ts';

/** Time and timers, so that tests can turn them by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Runs `callback` once, `delayMillis` from now. The process may end before, unless someone waits for it.
   * @returns takes it back
   */
  after(delayMillis: number, callback: () => void, waiting?: 'awaited'): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(delayMillis, callback, waiting) {
    const timer = setTimeout(callback, delayMillis);
    if (waiting !== 'awaited') timer.unref();
    return () => clearTimeout(timer);
  },
};

export function toTime(millis: number): Time {
  const seconds = Math.floor(millis / 1_000);
  return [seconds, Math.round((millis - seconds * 1_000) * 1e6)];
}

export function toMillis([seconds, nanoseconds]: Time): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}
