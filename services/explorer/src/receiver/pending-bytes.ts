/** Bytes of one request that count against the bound until they are released. */
export interface Reservation {
  /** Counts further bytes; false, and nothing counted, where that would go beyond the bound. */
  grow(bytes: number): boolean;
  /** Counts no more of this request; a second call does nothing. */
  release(): void;
}

/** The bound on what requests hold in memory, over all signals and both protocols together. */
export interface PendingBytes {
  readonly used: number;
  /** Whether another request can begin. */
  readonly full: boolean;
  /** Undefined where the bound leaves no room for one more request of this size. */
  reserve(bytes: number): Reservation | undefined;
}

/** What a request costs besides its bytes: stream, headers, promises. So tiny requests are bounded in number too. */
export const REQUEST_OVERHEAD_BYTES = 1_024;

export function createPendingBytes(maxBytes: number): PendingBytes {
  let used = 0;
  return {
    get used() {
      return used;
    },
    get full() {
      return used + REQUEST_OVERHEAD_BYTES > maxBytes;
    },
    reserve(bytes) {
      let held = 0;
      let released = false;
      const grow = (more: number): boolean => {
        if (released || used + more > maxBytes) return false;
        held += more;
        used += more;
        return true;
      };
      if (!grow(bytes + REQUEST_OVERHEAD_BYTES)) return undefined;
      return {
        grow,
        release() {
          if (released) return;
          released = true;
          used -= held;
        },
      };
    },
  };
}
