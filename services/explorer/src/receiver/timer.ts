/** Runs something later; a test's own turns it by hand. */
export interface Timer {
  /** @returns takes it back */
  after(delayMillis: number, callback: () => void): () => void;
  /** Milliseconds since any one moment. */
  now(): number;
}

export const systemTimer: Timer = {
  after(delayMillis, callback) {
    const timer = setTimeout(callback, delayMillis);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
};
