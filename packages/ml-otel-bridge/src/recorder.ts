import type { Clock } from './clock.ts';
import type { Appended } from './export/outbox.ts';
import type { SelfMetrics } from './export/self-metrics.ts';
import type { Admitted, Intake, RecordOutcome } from './intake.ts';
import type { BridgeLogger } from './logger.ts';
import type { JobIdentity, StepRecord } from './mapping/record.ts';
import type { RunEvent } from './runs/run-event.ts';
import type { RunTracker } from './runs/run-tracker.ts';
import type { SeenSnapshots } from './runs/seen-snapshots.ts';
import type { Time } from './schema/index.ts';

export interface RecorderParts {
  readonly intake: Intake;
  readonly seen: SeenSnapshots;
  readonly tracker: RunTracker;
  readonly self: SelfMetrics;
  readonly clock: Clock;
  readonly logger: BridgeLogger;
  /** Keeps records until they have arrived. */
  append(records: readonly StepRecord[]): Appended;
  /** Tells of events in the life of runs. */
  tell(events: readonly RunEvent[]): void;
}

export interface Recorder {
  /** Snapshots that were accepted so far. */
  readonly taken: number;
  recordAll(snapshots: readonly unknown[], fallbackTime: Time | undefined): RecordOutcome[];
}

const ACCEPTED: RecordOutcome = { status: 'accepted' };
const DUPLICATE: RecordOutcome = { status: 'duplicate' };

/** Takes snapshots in: each is checked, told from those before, kept, and followed as part of its run. */
export function createRecorder(parts: RecorderParts): Recorder {
  const { intake, seen, tracker, self, clock, logger } = parts;
  let taken = 0;

  /** Snapshots of one call know of each other: the second of two equal ones is a duplicate. */
  function admitAll(snapshots: readonly unknown[], fallbackTime: Time | undefined) {
    const admitted: Admitted[] = [];
    const prints = new Set<string>();
    const identities = new Map<string, JobIdentity>();
    const identityOf = (run: string) => identities.get(run) ?? tracker.identityOf(run);

    const outcomes = snapshots.map((snapshot): RecordOutcome => {
      const admission = intake.admit(snapshot, { fallbackTime, identityOf });
      if (admission.status === 'rejected') {
        self.rejected(1, 'invalid');
        return admission;
      }
      const { record, run } = admission;
      if (record.fingerprint !== undefined) {
        const print = `${record.fingerprint} ${run}`;
        if (prints.has(print) || seen.has(run, record.fingerprint)) {
          self.duplicate(1);
          return DUPLICATE;
        }
        prints.add(print);
      }
      identities.set(run, record);
      admitted.push(admission);
      return ACCEPTED;
    });
    return { outcomes, admitted };
  }

  function follow(admitted: readonly Admitted[]): void {
    const now = clock.now();
    const events: RunEvent[] = [];
    for (const { run, record, snapshot } of admitted) {
      if (record.fingerprint !== undefined) seen.add(run, record.fingerprint);
      if (record.final) seen.end(run);
      events.push(...tracker.observe(run, record, snapshot, record.time, now));
    }
    parts.tell(events);
  }

  return {
    get taken() {
      return taken;
    },
    recordAll(snapshots, fallbackTime) {
      self.read(snapshots.length);
      const { outcomes, admitted } = admitAll(snapshots, fallbackTime);
      if (admitted.length === 0) return outcomes;

      const appended = parts.append(admitted.map(({ record }) => record));
      if (appended.status === 'refused') {
        self.rejected(admitted.length, 'full');
        const full: RecordOutcome = { status: 'full', reason: appended.reason };
        return outcomes.map((outcome) => (outcome === ACCEPTED ? full : outcome));
      }
      if (appended.droppedPoints > 0) {
        self.dropped(appended.droppedPoints, 'full');
        logger.error(
          { points: appended.droppedPoints },
          'the buffer is full and the oldest points were dropped',
        );
      }
      taken += admitted.length;
      follow(admitted);
      return outcomes;
    },
  };
}
