import { parseJobKey, runKey, type StepRecord } from '../mapping/record.ts';
import type { RunTracker } from './run-tracker.ts';
import type { SeenSnapshots } from './seen-snapshots.ts';

/** What is remembered of snapshots beside their points, kept in the spool with them. */
export interface SnapshotMemory {
  checkpoint(): unknown;
  restoreCheckpoint(value: unknown): void;
  restoreRecord(record: StepRecord): void;
  /** A job that had a state when the spool was last written. */
  restoreJob(jobKey: string): void;
}

/** Fingerprints as the bytes of 64-bit floats, in base64: a checkpoint of many jobs is written in no time. */
type Line = readonly [run: string, ended: 0 | 1, fingerprints: string];

/** Keeps what was seen of snapshots in the spool, so that none is taken twice after a restart. */
export function createSnapshotMemory(
  seen: SeenSnapshots,
  tracker: Pick<RunTracker, 'restore' | 'forget'>,
  now: () => number,
): SnapshotMemory {
  return {
    checkpoint: () =>
      seen.entries().map(({ run, ended, fingerprints }): Line => [run, ended ? 1 : 0, encode(fingerprints)]),
    restoreCheckpoint(value) {
      for (const [run, ended, fingerprints] of value as Line[]) {
        for (const fingerprint of decode(fingerprints)) remember(run, fingerprint);
        if (ended) seen.end(run);
      }
    },
    restoreRecord(record) {
      const run = runKey(record);
      if (record.fingerprint !== undefined) remember(run, record.fingerprint);
      if (record.final) {
        seen.end(run);
        tracker.forget(run);
      } else {
        tracker.restore(record, now());
      }
    },
    restoreJob: (key) => tracker.restore(parseJobKey(key), now()),
  };

  function remember(run: string, fingerprint: number): void {
    if (!seen.has(run, fingerprint)) seen.add(run, fingerprint);
  }
}

function encode(fingerprints: Float64Array): string {
  return Buffer.from(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength).toString(
    'base64',
  );
}

function decode(text: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / Float64Array.BYTES_PER_ELEMENT));
}
