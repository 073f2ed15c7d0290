import type { TrainingSnapshot } from './snapshot.ts';

/** Where snapshots go. Sinks never throw for what happens outside: the training must not die of its metrics. */
export type SnapshotSink = {
  /** Resolves when the snapshot is written or safely queued. */
  write(snapshot: TrainingSnapshot): Promise<void>;
  /** Hands over what is queued until `signal` aborts; the sink is not used afterwards. */
  close(signal: AbortSignal): Promise<void>;
};
