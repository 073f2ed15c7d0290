import type { Attributes } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { Time } from '../schema/index.ts';
import {
  cloneJobState,
  cumulativeProblem,
  emptyJobState,
  type JobState,
  observe,
  setCounter,
  type ValueRejection,
} from './job-state.ts';
import { createMetricSet } from './metric-set.ts';
import { jobAttributes, jobKey, type StepRecord } from './record.ts';
import { type MetricSpec, STEP_SUFFIX, specFor } from './registry.ts';

/** A batch as OpenTelemetry's data points, and what is to be remembered once they have arrived. */
export interface MappedBatch {
  readonly metrics: MetricData[];
  /** Points in `metrics`. */
  readonly points: number;
  /** New states of the jobs in the batch; undefined for a job whose last word is in it. */
  readonly states: ReadonlyMap<string, JobState | undefined>;
  /** Values that a sum or histogram could not take. */
  readonly rejected: ReadonlyMap<ValueRejection, number>;
}

export interface MapOptions {
  /** Time of the cumulative points. */
  readonly now: Time;
  /** Whether gauge points carry `epoch` and `batch`. */
  readonly stepAttributes: boolean;
}

interface JobInBatch {
  readonly attributes: Attributes;
  readonly state: JobState;
  final: boolean;
}

/**
 * Maps records, in the order they came, to points. Pure: `states` is only read, and the same batch gives the same
 * points, so a batch that is sent again after a lost answer is the same request.
 *
 * Gauges give one point for each record, at the record's time, from the run's start. Sums and histograms give one
 * point for each job, at `now`, covering all records up to the batch's last.
 */
export function mapBatch(
  records: readonly StepRecord[],
  states: ReadonlyMap<string, JobState>,
  { now, stepAttributes }: MapOptions,
): MappedBatch {
  const metrics = createMetricSet();
  const jobs = new Map<string, JobInBatch>();
  const rejected = new Map<ValueRejection, number>();

  for (const record of records) {
    const job = jobOf(jobs, states, record);
    const attributes = stepAttributes ? { ...job.attributes, ...stepOf(record) } : job.attributes;
    const start = startOf(record);
    for (const [index, key] of record.keys.entries()) {
      const spec = specFor(key);
      const value = record.values[index]!;
      if (spec.instrument === 'gauge') {
        metrics.addGauge(spec, spec.name, { startTime: start, endTime: record.time, attributes, value });
        continue;
      }
      if (spec.instrument === 'histogram') {
        metrics.addGauge(spec, spec.name + STEP_SUFFIX, {
          startTime: start,
          endTime: record.time,
          attributes,
          value,
        });
      }
      const problem = accumulate(job.state, spec, value, now);
      if (problem) rejected.set(problem, (rejected.get(problem) ?? 0) + 1);
    }
    job.final = record.final ?? false;
  }

  const after = new Map<string, JobState | undefined>();
  for (const [key, { attributes, state, final }] of jobs) {
    metrics.addCumulative(state, attributes, now);
    after.set(key, final ? undefined : state);
  }
  return { metrics: metrics.data(), points: metrics.points(), states: after, rejected };
}

function accumulate(state: JobState, spec: MetricSpec, value: number, now: Time): ValueRejection | undefined {
  const problem = cumulativeProblem(value);
  if (problem) return problem;
  if (spec.instrument === 'counter') setCounter(state, spec, value, now);
  else observe(state, spec, value, now);
  return undefined;
}

function jobOf(
  jobs: Map<string, JobInBatch>,
  states: ReadonlyMap<string, JobState>,
  record: StepRecord,
): JobInBatch {
  const key = jobKey(record);
  const seen = jobs.get(key);
  if (seen !== undefined) return seen;
  const known = states.get(key);
  const job = {
    attributes: jobAttributes(record),
    state: known ? cloneJobState(known) : emptyJobState(),
    final: false,
  };
  jobs.set(key, job);
  return job;
}

/** The step as the trainer numbers it. What is not a number names no step. */
function stepOf(record: StepRecord): Attributes {
  const step: Attributes = {};
  for (const [index, key] of record.keys.entries()) {
    const value = record.values[index]!;
    if (cumulativeProblem(value)) continue;
    if (key === 'epoch') step.epoch = value;
    if (key === 'batch_number') step.batch = value;
  }
  return step;
}

const UNKNOWN: Time = [0, 0];

/** A start after the point would make it invalid (OTLP metrics.proto, start_time_unix_nano): then it is unknown. */
function startOf({ startTime, time }: StepRecord): Time {
  if (startTime === undefined) return UNKNOWN;
  const later = startTime[0] - time[0] || startTime[1] - time[1];
  return later > 0 ? UNKNOWN : startTime;
}
