import { type Clock, toMillis, toTime } from './clock.ts';
import type { BridgeLogger } from './logger.ts';
import { createLayoutCache } from './mapping/layout.ts';
import { type JobIdentity, runKey, type StepRecord } from './mapping/record.ts';
import { fingerprint } from './runs/fingerprint.ts';
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
  /** Its run: see `runKey`. */
  readonly run: string;
}

export type Admission = Admitted | Extract<RecordOutcome, { status: 'rejected' }>;

export interface AdmitOptions {
  /** When it was measured, where the snapshot does not say (a file's time of change). */
  readonly fallbackTime?: Time | undefined;
  /** What is known of a run: its model and data set hold for a snapshot that does not name them. */
  identityOf(run: string): JobIdentity | undefined;
}

export interface Intake {
  admit(input: unknown, options: AdmitOptions): Admission;
}

const FUTURE_MILLIS = 60_000;

/** Checks snapshots, and settles whose they are and when they were measured. */
export function createIntake({
  clock,
  logger,
}: {
  readonly clock: Clock;
  readonly logger: BridgeLogger;
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
    admit(input, { fallbackTime, identityOf }) {
      const parsed = parseSnapshot(input);
      if (!parsed.ok) return { status: 'rejected', issues: parsed.issues };
      const snapshot = parsed.value;
      const layout = layouts.resolve(snapshot.training_metrics.map(([key]) => key));
      if (!layout.ok) return { status: 'rejected', issues: layout.issues };

      const { job_id: jobId, rank, model_name, dataset, start_time } = snapshot.job_metadata;
      const own = { jobId, ...(rank != null && { rank }) };
      const run = runKey(own);
      const known = model_name == null || dataset == null ? identityOf(run) : undefined;
      const job: JobIdentity = {
        ...own,
        modelName: model_name ?? known?.modelName ?? '',
        dataset: dataset ?? known?.dataset ?? '',
      };
      if (snapshot.timestamp?.zoned === false) {
        warnOnce('timestamps without a time zone are read as UTC', { job: jobId });
      }
      const said = snapshot.timestamp?.time ?? fallbackTime;
      const print = fingerprint(snapshot, said);
      const record: StepRecord = {
        ...job,
        time: settle(said, job),
        keys: layout.value.keys,
        values: snapshot.training_metrics.map(([, value]) => value),
        ...(start_time && { startTime: start_time.time }),
        ...((snapshot.status === 'finished' || snapshot.status === 'failed') && { final: true }),
        ...(print !== undefined && { fingerprint: print }),
      };
      return { status: 'admitted', snapshot, record, run };
    },
  };
}
