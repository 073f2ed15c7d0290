import { hash } from 'node:crypto';
import type { AnyValue, Attributes } from '@opentelemetry/api';
import { toTime } from '../clock.ts';
import { type JobIdentity, jobKey } from '../mapping/record.ts';
import type { Snapshot, Time } from '../schema/index.ts';
import { sorted } from './fingerprint.ts';
import { RUN_EVENTS, type RunEvent } from './run-event.ts';

/** Follows runs from their first snapshot to their last, and says what of it is worth an event. */
export interface RunTracker {
  readonly liveJobs: number;
  /** The events that a snapshot gives rise to, in order. */
  observe(job: JobIdentity, snapshot: Snapshot, time: Time, nowMillis: number): RunEvent[];
  /** A run that is known already, from before a restart: its start was told. */
  restore(job: JobIdentity, nowMillis: number): void;
  /** Forgets the runs that have been silent for too long; gives their keys. */
  sweep(nowMillis: number): string[];
}

export interface RunTrackerOptions {
  readonly heartbeatMillis: number;
  readonly idleMillis: number;
  readonly maxJobs: number;
}

interface LiveRun {
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

    observe(job, snapshot, time, nowMillis) {
      const key = jobKey(job);
      const observed = toTime(nowMillis);
      const known = runs.get(key);
      const run = known ?? { lastSeen: nowMillis, lastHeartbeat: nowMillis, configHash: undefined };
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
      runs.set(jobKey(job), { lastSeen: nowMillis, lastHeartbeat: nowMillis, configHash: undefined });
    },

    sweep(nowMillis) {
      const gone: string[] = [];
      for (const [key, { lastSeen }] of runs) {
        if (nowMillis - lastSeen < idleMillis && runs.size <= maxJobs) break;
        runs.delete(key);
        gone.push(key);
      }
      return gone;
    },
  };
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
