/** The snapshots that were taken lately, so that one that comes again is not counted again. */
export interface SeenSnapshots {
  /** Whether `fingerprint` is among the last {@link REMEMBERED_PER_JOB} of its job. */
  has(job: string, fingerprint: number): boolean;
  add(job: string, fingerprint: number): void;
  /** A job spoke its last word: of jobs that ended only the last {@link REMEMBERED_ENDED_JOBS} are remembered. */
  end(job: string): void;
  /** For a spool: what is remembered, as `[job, fingerprints]`. */
  entries(): [job: string, fingerprints: number[]][];
}

/** Snapshots remembered for each job and rank. */
export const REMEMBERED_PER_JOB = 1_000;
/** Enough for a last word that is sent again when its answer was lost; short jobs by the thousand take no memory. */
export const REMEMBERED_ENDED_JOBS = 2_000;
/** Fingerprints of all jobs together; when there are more, the jobs that were silent longest are forgotten. */
const REMEMBERED_IN_ALL = 4_000_000;
const FIRST_CAPACITY = 8;

interface Ring {
  fingerprints: Float64Array;
  count: number;
  next: number;
}

/** @param most bound on fingerprints of all jobs together */
export function createSeenSnapshots(most = REMEMBERED_IN_ALL): SeenSnapshots {
  /** Each in the order of their last snapshots. */
  const jobs = new Map<string, Ring>();
  const ended = new Map<string, Ring>();
  let capacity = 0;

  const find = (job: string) => jobs.get(job) ?? ended.get(job);

  const touch = (job: string): Ring => {
    let ring = find(job);
    if (ring === undefined) {
      ring = { fingerprints: new Float64Array(FIRST_CAPACITY), count: 0, next: 0 };
      capacity += FIRST_CAPACITY;
    } else {
      jobs.delete(job);
      ended.delete(job);
    }
    jobs.set(job, ring);
    return ring;
  };

  const forgetOldest = (from: Map<string, Ring>): void => {
    const [oldest] = from;
    if (oldest === undefined) return;
    from.delete(oldest[0]);
    capacity -= oldest[1].fingerprints.length;
  };

  const grow = (ring: Ring) => {
    const larger = new Float64Array(Math.min(ring.fingerprints.length * 2, REMEMBERED_PER_JOB));
    larger.set(ring.fingerprints);
    capacity += larger.length - ring.fingerprints.length;
    ring.fingerprints = larger;
    ring.next = ring.count;
  };

  return {
    has(job, fingerprint) {
      const ring = find(job);
      return ring?.fingerprints.subarray(0, ring.count).includes(fingerprint) ?? false;
    },
    add(job, fingerprint) {
      const ring = touch(job);
      if (ring.count === ring.fingerprints.length && ring.count < REMEMBERED_PER_JOB) grow(ring);
      ring.fingerprints[ring.next] = fingerprint;
      ring.next = (ring.next + 1) % ring.fingerprints.length;
      ring.count = Math.min(ring.count + 1, ring.fingerprints.length);
      while (capacity > most) forgetOldest(ended.size > 0 ? ended : jobs);
    },
    end(job) {
      const ring = jobs.get(job);
      if (ring === undefined) return;
      jobs.delete(job);
      ended.set(job, ring);
      if (ended.size > REMEMBERED_ENDED_JOBS) forgetOldest(ended);
    },
    entries: () =>
      [...ended, ...jobs].map(([job, { fingerprints, count, next }]) => {
        const inOrder = count < fingerprints.length ? 0 : next;
        return [
          job,
          Array.from({ length: count }, (_, index) => fingerprints[(inOrder + index) % fingerprints.length]!),
        ];
      }),
  };
}
