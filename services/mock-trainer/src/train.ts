import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, faultsAt } from './faults.ts';
import type { RunStatus, TrainingSnapshot } from './snapshot.ts';
import type { TrainingJob } from './training-job.ts';

export type TrainOptions = {
  intervalMs: number;
  /** Training time that passes in one unit of real time. */
  speed: number;
  /** Snapshots per job and rank after which the run is finished; undefined: at the end of its last epoch. */
  steps: number | undefined;
  faults: readonly Fault[];
};

/** Takes one snapshot of the `job`-th job (from 0). */
export type Publish = (snapshot: TrainingSnapshot, job: number) => Promise<void>;

export type Outcome = 'finished' | 'crashed' | 'stopped';

/**
 * Trains the jobs side by side and publishes a snapshot of each at every interval, the first one at once.
 *
 * - `finished`: every job has published a last snapshot with status `finished`.
 * - `stopped`: `signal` was aborted; the jobs that were not done have published one with status `failed`.
 * - `crashed`: a crash was asked for; nothing more was published.
 */
export async function train(
  jobs: readonly TrainingJob[],
  publish: Publish,
  signal: AbortSignal,
  options: TrainOptions,
): Promise<Outcome> {
  const finished = new Set<TrainingJob>();
  const publishAll = async (elapsedMs: number, statusOf: (job: TrainingJob) => RunStatus) => {
    for (const [index, job] of jobs.entries()) {
      if (finished.has(job)) continue;
      job.advance(elapsedMs);
      const status = statusOf(job);
      if (status === 'finished') finished.add(job);
      for (const snapshot of job.snapshots(new Date(), status)) await publish(snapshot, index);
    }
  };
  const tick = createTicker(options.intervalMs, signal);
  for (let step = 1; !signal.aborted; step += 1) {
    const faults = faultsAt(options.faults, step);
    if (faults.has('crash')) return 'crashed';
    if (faults.has('stall')) await aborted(signal);
    if (signal.aborted) break;
    for (const job of jobs) {
      if (faults.has('nan')) job.diverge();
      if (faults.has('restart')) job.restart();
    }
    // The first snapshot, and the first one after a restart, come right after the first batch.
    const elapsedMs = step === 1 || faults.has('restart') ? 0 : options.intervalMs * options.speed;
    await publishAll(elapsedMs, (job) => (step === options.steps || job.done ? 'finished' : 'running'));
    if (finished.size === jobs.length) return 'finished';
    await tick();
  }
  // One batch further: a step that was already published must not come again with another status.
  await publishAll(0, (job) => (job.done ? 'finished' : 'failed'));
  return 'stopped';
}

/** Waits for the next beat of a fixed rhythm, or for `signal`; beats that were missed are skipped. */
function createTicker(intervalMs: number, signal: AbortSignal): () => Promise<void> {
  let next = performance.now();
  return async () => {
    next = Math.max(next + intervalMs, performance.now());
    await delay(next - performance.now(), undefined, { signal }).catch(() => undefined);
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
