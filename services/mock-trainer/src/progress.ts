export type RunLength = {
  epochs: number;
  batchesPerEpoch: number;
  /** The run does not end after its last epoch. */
  forever: boolean;
};

/** Where a run is: all numbers count from the run's start. */
export type Position = {
  /** Batches done. */
  batches: number;
  /** Training time in ms that has passed and is not yet used; negative while a validation is still running. */
  pendingMs: number;
};

/** Validations come four times an epoch. */
function validationsDone(batches: number, length: RunLength): number {
  return Math.floor((batches * 4) / length.batchesPerEpoch);
}

/**
 * Where a run is after `elapsedMs` more of training time, with batches of `batchMs`. At least one batch is done each
 * time, so that no two snapshots are of the same step; a run never passes its end.
 */
export function advance(
  from: Position,
  length: RunLength,
  time: { elapsedMs: number; batchMs: number; validationMs: number },
): Position & { validated: boolean } {
  const budget = from.pendingMs + time.elapsedMs;
  const wanted = Math.max(1, Math.floor(budget / time.batchMs));
  const left = length.forever ? Number.POSITIVE_INFINITY : totalBatches(length) - from.batches;
  const done = Math.min(wanted, left);
  const batches = from.batches + done;
  const validations = validationsDone(batches, length) - validationsDone(from.batches, length);
  // A batch that took longer than the time that passed is not owed back, else slow runs would never catch up.
  const pendingMs = Math.max(0, budget - done * time.batchMs) - validations * time.validationMs;
  return { batches, pendingMs: Math.max(pendingMs, -time.validationMs), validated: validations > 0 };
}

/** Batches of the whole run, without `forever`. */
export function totalBatches(length: RunLength): number {
  return length.epochs * length.batchesPerEpoch;
}

/** Part of the run that is done, 0..1; past 1 for a run that goes on forever. */
export function progressOf(batches: number, length: RunLength): number {
  return batches / totalBatches(length);
}

/** The epoch and batch numbers, both from 1, of the latest batch; the batch number restarts in each epoch or runs on. */
export function stepOf(
  batches: number,
  length: RunLength,
  numbering: 'continue' | 'restart',
): { epoch: number; batch: number } {
  const latest = Math.max(0, batches - 1);
  const epoch = Math.floor(latest / length.batchesPerEpoch) + 1;
  return { epoch, batch: numbering === 'continue' ? latest + 1 : (latest % length.batchesPerEpoch) + 1 };
}
