import { type Clock, toMillis, toTime } from './clock.ts';
import type { BridgeLogger } from './logger.ts';
import { createLayoutCache } from './mapping/layout.ts';
import { type JobIdentity, jobKey, type StepRecord } from './mapping/record.ts';
import { fingerprint } from './runs/fingerprint.ts';
import type { SeenSnapshots } from './runs/seen-snapshots.ts';
import { type Issue, parseSnapshot, type Snapshot, type Time } from './schema/index.ts';

/** What became of a snapshot on its way in. `full`: it was not taken and may be offered again. */
export type RecordOutcome =
  | { readonly status: 'accepted' }
  | { readonly status: 'duplicate' }
  | { readonly status: 'rejected'; readonly issues: readonly Issue[] }
  | { readonly status: 'full'; readonly reason: 'full' | 'disk' };

/** A snapshot that is fit to be recorded. */
export interface Admitted {
  readonly status: 'admitted';
  readonly snapshot: Snapshot;
  readonly record: StepRecord;
  readonly key: string;
}

export type Admission = Admitted | Extract<RecordOutcome, { status: 'duplicate' | 'rejected' }>;

export interface Intake {
  /** @param fallbackTime when it was measured, where the snapshot does not say (a file's time of change) */
  admit(input: unknown, fallbackTime?: Time): Admission;
}

const FUTURE_MILLIS = 60_000;

/** Checks snapshots, tells those that were taken before, and settles their time. */
export function createIntake({
  clock,
  logger,
  seen,
}: {
  readonly clock: Clock;
  readonly logger: BridgeLogger;
  readonly seen: SeenSnapshots;
}): Intake {
  const layouts = createLayoutCache();
  const warned = new Set<string>();
  const warnOnce = (message: string, details: object) => {
    if (warned.has(message)) logger.debug(details, message);
    else logger.warn(details, message);
    warned.add(message);
  };

  /** One point far in the future would keep its Prometheus series from taking any other until then. */
  const settle = (time: Time | undefined, job: JobIdentity): Time => {
    const now = clock.now();
    if (time === undefined) return toTime(now);
    if (toMillis(time) <= now + FUTURE_MILLIS) return time;
    warnOnce('a snapshot’s time lies in the future: the time of arrival is used, check the trainer’s clock', {
      job: job.jobId,
      ahead_seconds: Math.round(toMillis(time) - now) / 1_000,
    });
    return toTime(now);
  };

  return {
    admit(input, fallbackTime) {
      const parsed = parseSnapshot(input);
      if (!parsed.ok) return { status: 'rejected', issues: parsed.issues };
      const snapshot = parsed.value;
      const keys = snapshot.training_metrics.map(([key]) => key);
      const layout = layouts.resolve(keys);
      if (!layout.ok) return { status: 'rejected', issues: layout.issues };

      const job = identityOf(snapshot);
      const key = jobKey(job);
      if (snapshot.timestamp?.zoned === false) {
        warnOnce('timestamps without a time zone are read as UTC', { job: job.jobId });
      }
      const said = snapshot.timestamp?.time ?? fallbackTime;
      const print = fingerprint(snapshot, said);
      if (print !== undefined && seen.has(key, print)) return { status: 'duplicate' };

      const startTime = snapshot.job_metadata.start_time?.time;
      const record: StepRecord = {
        ...job,
        time: settle(said, job),
        keys: layout.value.keys,
        values: snapshot.training_metrics.map(([, value]) => value),
        ...(startTime && { startTime }),
        ...((snapshot.status === 'finished' || snapshot.status === 'failed') && { final: true }),
        ...(print !== undefined && { fingerprint: print }),
      };
      return { status: 'admitted', snapshot, record, key };
    },
  };
}

function identityOf({ job_metadata: { job_id, model_name, dataset, rank } }: Snapshot): JobIdentity {
  return { jobId: job_id, modelName: model_name, dataset, ...(rank != null && { rank }) };
}
