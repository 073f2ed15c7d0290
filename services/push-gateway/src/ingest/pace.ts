import type { Bridge } from 'ml-otel-bridge';

/** Keeps bodies from running ahead of the receiver. */
export interface Pace {
  /** More waits to be sent than keeps the receiver busy. */
  readonly isAhead: boolean;
  /** Resolves when the next lot may be handed on; not reading on meanwhile is what slows the sender down. */
  pause(): Promise<void>;
}

/** Several requests to the receiver; what the buffer holds beyond is left to others, and to times without a receiver. */
const ENOUGH_BYTES = 16 * 1024 * 1024;
const LOOK_MILLIS = 10;
const PATIENCE_MILLIS = 1_000;

/**
 * The pace of all bodies together, so that one wait for a receiver that takes nothing is enough. Other requests and the
 * sending always get their turn. While enough waits to be sent the pace waits too, as long as the receiver takes
 * something every second; without a receiver the buffer is there to be filled.
 */
export function createPace(stats: Bridge['stats']): Pace {
  let stalledAt = Number.POSITIVE_INFINITY;
  return {
    get isAhead() {
      return stats().pendingBytes > ENOUGH_BYTES;
    },
    async pause() {
      await new Promise((resolve) => setImmediate(resolve));
      let least = stats().pendingBytes;
      if (least >= stalledAt) return;
      let patience = performance.now() + PATIENCE_MILLIS;
      while (least > ENOUGH_BYTES) {
        if (performance.now() > patience) {
          stalledAt = least;
          return;
        }
        await Bun.sleep(LOOK_MILLIS);
        const pending = stats().pendingBytes;
        if (pending < least) {
          least = pending;
          patience = performance.now() + PATIENCE_MILLIS;
        }
      }
      stalledAt = Number.POSITIVE_INFINITY;
    },
  };
}
