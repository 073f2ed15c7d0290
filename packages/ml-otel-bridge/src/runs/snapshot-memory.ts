import { jobKey, type StepRecord } from '../mapping/record.ts';
import type { SeenSnapshots } from './seen-snapshots.ts';

/** What is remembered of snapshots beside their points, kept in the spool with them. */
export interface SnapshotMemory {
  checkpoint(): unknown;
  restoreCheckpoint(value: unknown): void;
  restoreRecord(record: StepRecord): void;
  /** Jobs that were live when the spool was last written. */
  restoreJob(jobKey: string): void;
}

/** Keeps what was seen of snapshots in the spool, so that none is taken twice after a restart. */
export function createSnapshotMemory(
  seen: SeenSnapshots,
  restoreJob: (jobKey: string) => void,
): SnapshotMemory {
  return {
    checkpoint: () => seen.entries(),
    restoreCheckpoint(value) {
      for (const [job, fingerprints] of value as ReturnType<SeenSnapshots['entries']>) {
        for (const fingerprint of fingerprints) remember(job, fingerprint);
      }
    },
    restoreRecord(record) {
      const key = jobKey(record);
      if (record.fingerprint !== undefined) remember(key, record.fingerprint);
      if (record.final) seen.end(key);
      else restoreJob(key);
    },
    restoreJob,
  };

  function remember(job: string, fingerprint: number): void {
    if (!seen.has(job, fingerprint)) seen.add(job, fingerprint);
  }
}
