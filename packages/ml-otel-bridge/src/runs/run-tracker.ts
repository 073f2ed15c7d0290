import { hash } from 'node:crypto';
import type { AnyValue, Attributes } from '@opentelemetry/api';
import { toTime } from '../clock.ts';
import { type JobIdentity, jobKey, runKey } from '../mapping/record.ts';
import type { Snapshot, Time } from '../schema/index.ts';
import { sorted } from './fingerprint.ts';
import { RUN_EVENTS, type RunEvent } from './run-event.ts';

/** Follows runs from their first snapshot to their last, and says what of it is worth an event. */
export interface RunTracker {
  readonly liveJobs: number;
  /** What was last said of a live run's model and data set. */
  identityOf(run: string): JobIdentity | undefined;
  /** The events that a snapshot gives rise to, in order. */
  observe(run: string, job: JobIdentity, snapshot: Snapshot, time: Time, nowMillis: number): RunEvent[];
  /** A run that is known already, from before a restart: its start was told. */
  restore(job: JobIdentity, nowMillis: number): void;
  /** A run that ended before a restart. */
  forget(run: string): void;
  /** Forgets the runs that have been silent for too long; gives their keys, and those of their jobs' states. */
  sweep(nowMillis: number): { runs: string[]; jobs: string[] };
}

export interface RunTrackerOptions {
  readonly heartbeatMillis: number;
  readonly idleMillis: number;
  readonly maxJobs: number;
}

interface LiveRun {
  identity: JobIdentity;
  /** Keys of the jobs' states; one, unless the run came under different models or data sets. */
  readonly jobs: Set<string>;
  lastSeen: number;
  lastHeartbeat: number;
  configHash: string | undefined;
}

export function createRunTracker({ heartbeatMillis, idleMillis, maxJobs }: RunTrackerOptions): RunTracker {
  /** In the order of their last snapshots. */
  const runs = new Map<string, LiveRun>();

  return {
    get liveJobs() {
      return runs.size;
    },

    identityOf: (run) => runs.get(run)?.identity,

    observe(key, job, snapshot, time, nowMillis) {
      const observed = toTime(nowMillis);
      const known = runs.get(key);
      const run = known ?? newRun(job, nowMillis);
      identify(run, job);
      const event = (name: RunEvent['name'], attributes: Attributes = {}, body?: AnyValue): RunEvent => ({
        jobId: job.jobId,
        modelName: job.modelName,
        dataset: job.dataset,
        ...(job.rank !== undefined && { rank: job.rank }),
        name,
        time,
        observed,
        attributes,
        ...(body !== undefined && { body }),
      });
      const events: RunEvent[] = [];
      if (known === undefined) {
        const start = snapshot.job_metadata.start_time?.time ?? time;
        events.push({ ...event(RUN_EVENTS.started, labelAttributes(snapshot)), time: start });
      }
      const configHash = snapshot.config == null ? undefined : hashOf(snapshot.config);
      if (configHash !== undefined && configHash !== run.configHash) {
        run.configHash = configHash;
        events.push(event(RUN_EVENTS.config, {}, toAnyValue(snapshot.config)));
      }
      if (nowMillis - run.lastHeartbeat >= heartbeatMillis) {
        run.lastHeartbeat = nowMillis;
        events.push(event(RUN_EVENTS.heartbeat, { 'ml.run.heartbeat.interval': heartbeatMillis / 1_000 }));
      }
      run.lastSeen = nowMillis;
      runs.delete(key);
      if (snapshot.status === 'finished' || snapshot.status === 'failed') {
        events.push(event(RUN_EVENTS.finished, { 'ml.run.status': snapshot.status }));
      } else {
        runs.set(key, run);
      }
      return events;
    },

    restore(job, nowMillis) {
      const key = runKey(job);
      const run = runs.get(key) ?? newRun(job, nowMillis);
      identify(run, job);
      runs.set(key, run);
    },

    forget: (run) => void runs.delete(run),

    sweep(nowMillis) {
      const gone = { runs: [] as string[], jobs: [] as string[] };
      for (const [key, { lastSeen, jobs }] of runs) {
        if (nowMillis - lastSeen < idleMillis && runs.size <= maxJobs) break;
        runs.delete(key);
        gone.runs.push(key);
        gone.jobs.push(...jobs);
      }
      return gone;
    },
  };
}

function newRun(identity: JobIdentity, nowMillis: number): LiveRun {
  const jobs = new Set([jobKey(identity)]);
  return { identity, jobs, lastSeen: nowMillis, lastHeartbeat: nowMillis, configHash: undefined };
}

/** Nearly always the run is what it was: then its job's key need not be made again. */
function identify(run: LiveRun, job: JobIdentity): void {
  const { modelName, dataset } = run.identity;
  if (job.modelName !== modelName || job.dataset !== dataset) run.jobs.add(jobKey(job));
  run.identity = job;
}

function labelAttributes({ job_metadata: { labels } }: Snapshot): Attributes {
  return Object.fromEntries(
    Object.entries(labels ?? {}).map(([key, value]) => [key === 'ml.project' ? key : `label.${key}`, value]),
  );
}

function hashOf(config: unknown): string {
  return hash('sha1', JSON.stringify(sorted(config)));
}

/** Any JSON is a value of an OpenTelemetry log record's body. */
function toAnyValue(config: unknown): AnyValue {
  return config as AnyValue;
}
