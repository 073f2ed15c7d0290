/** The snapshots that were taken lately, so that one that comes again is not counted again. */
export interface SeenSnapshots {
  /** Whether `fingerprint` is among the last {@link REMEMBERED_PER_RUN} of its run. */
  has(run: string, fingerprint: number): boolean;
  add(run: string, fingerprint: number): void;
  /** A run spoke its last word: of runs that ended only the last {@link REMEMBERED_ENDED_RUNS} are remembered. */
  end(run: string): void;
  /** All that is remembered, for a spool; fingerprints from the oldest to the newest. */
  entries(): SeenEntry[];
}

export interface SeenEntry {
  readonly run: string;
  readonly ended: boolean;
  readonly fingerprints: Float64Array;
}

/** Snapshots remembered for each run: each job and rank. */
export const REMEMBERED_PER_RUN = 1_000;
/** Enough for a last word that is sent again when its answer was lost; short jobs by the thousand take no memory. */
export const REMEMBERED_ENDED_RUNS = 2_000;
/** Fingerprints of all runs together; when there are more, the runs that were silent longest are forgotten. */
const REMEMBERED_IN_ALL = 4_000_000;
const FIRST_CAPACITY = 8;

interface Ring {
  fingerprints: Float64Array;
  count: number;
  next: number;
}

/** @param most bound on fingerprints of all runs together */
export function createSeenSnapshots(most = REMEMBERED_IN_ALL): SeenSnapshots {
  /** Each in the order of their last snapshots. */
  const runs = new Map<string, Ring>();
  const ended = new Map<string, Ring>();
  let capacity = 0;

  const find = (run: string) => runs.get(run) ?? ended.get(run);

  const touch = (run: string): Ring => {
    let ring = find(run);
    if (ring === undefined) {
      ring = { fingerprints: new Float64Array(FIRST_CAPACITY), count: 0, next: 0 };
      capacity += FIRST_CAPACITY;
    } else {
      runs.delete(run);
      ended.delete(run);
    }
    runs.set(run, ring);
    return ring;
  };

  const forgetOldest = (from: Map<string, Ring>): void => {
    const [oldest] = from;
    if (oldest === undefined) return;
    from.delete(oldest[0]);
    capacity -= oldest[1].fingerprints.length;
  };

  const grow = (ring: Ring) => {
    const larger = new Float64Array(Math.min(ring.fingerprints.length * 2, REMEMBERED_PER_RUN));
    larger.set(ring.fingerprints);
    capacity += larger.length - ring.fingerprints.length;
    ring.fingerprints = larger;
    ring.next = ring.count;
  };

  return {
    has(run, fingerprint) {
      const ring = find(run);
      return ring?.fingerprints.subarray(0, ring.count).includes(fingerprint) ?? false;
    },
    add(run, fingerprint) {
      const ring = touch(run);
      if (ring.count === ring.fingerprints.length && ring.count < REMEMBERED_PER_RUN) grow(ring);
      ring.fingerprints[ring.next] = fingerprint;
      ring.next = (ring.next + 1) % ring.fingerprints.length;
      ring.count = Math.min(ring.count + 1, ring.fingerprints.length);
      while (capacity > most) forgetOldest(ended.size > 0 ? ended : runs);
    },
    end(run) {
      const ring = runs.get(run);
      if (ring === undefined) return;
      runs.delete(run);
      ended.set(run, ring);
      if (ended.size > REMEMBERED_ENDED_RUNS) forgetOldest(ended);
    },
    entries: () => [
      ...[...ended].map(([run, ring]) => ({ run, ended: true, fingerprints: inOrder(ring) })),
      ...[...runs].map(([run, ring]) => ({ run, ended: false, fingerprints: inOrder(ring) })),
    ],
  };
}

function inOrder({ fingerprints, count, next }: Ring): Float64Array {
  if (count < fingerprints.length) return fingerprints.slice(0, count);
  const ordered = new Float64Array(count);
  ordered.set(fingerprints.subarray(next));
  ordered.set(fingerprints.subarray(0, next), count - next);
  return ordered;
}
