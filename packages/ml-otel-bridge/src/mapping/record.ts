import type { Attributes } from '@opentelemetry/api';
import type { Time } from '../schema/index.ts';

/** What tells one series of a training job from another. */
export interface JobIdentity {
  readonly jobId: string;
  readonly modelName: string;
  readonly dataset: string;
  /** Rank of a distributed run; absent where there is one process. */
  readonly rank?: number;
}

/** The measurements of one step of one job, checked and ready to be mapped. `keys` and `values` go together. */
export interface StepRecord extends JobIdentity {
  /** When it was measured. */
  readonly time: Time;
  /** Start of the run, where the sender says it. */
  readonly startTime?: Time;
  readonly keys: readonly string[];
  readonly values: readonly number[];
  /** The last word of its job: what was kept for it may go. */
  readonly final?: boolean;
  /** What tells this snapshot from the others of its job; absent where nothing does. */
  readonly fingerprint?: number;
}

/** What tells one run from another: each rank of a distributed run speaks for itself. */
export function runKey({ jobId, rank }: Pick<JobIdentity, 'jobId' | 'rank'>): string {
  return JSON.stringify([jobId, rank ?? null]);
}

/** One string for a job's identity, for use as a map's key. */
export function jobKey(job: JobIdentity): string {
  return JSON.stringify([job.jobId, job.modelName, job.dataset, job.rank ?? null]);
}

/**
 * The identity that {@link jobKey} wrote.
 * @throws where the key is another's
 */
export function parseJobKey(key: string): JobIdentity {
  const [jobId, modelName, dataset, rank] = JSON.parse(key) as [string, string, string, number | null];
  return { jobId, modelName, dataset, ...(rank !== null && { rank }) };
}

/** The attributes that every point of a job carries. */
export function jobAttributes(job: JobIdentity): Attributes {
  const attributes: Attributes = { 'job.id': job.jobId, 'model.name': job.modelName, dataset: job.dataset };
  if (job.rank !== undefined) attributes.rank = job.rank;
  return attributes;
}
