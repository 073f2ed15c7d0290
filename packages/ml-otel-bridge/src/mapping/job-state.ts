import type { Time } from '../schema/index.ts';
import type { MetricSpec } from './registry.ts';

/** A counter's value and when it last began. */
export interface CounterState {
  value: number;
  start: Time;
}

/** A histogram since it began. `buckets` has one more entry than the metric has boundaries. */
export interface HistogramState {
  readonly start: Time;
  count: number;
  sum: number;
  min: number;
  max: number;
  readonly buckets: number[];
}

/**
 * All that must be remembered of a job between exports: plain data, so that it can lie in a spool beside the
 * records that it covers and go on after a kill as if nothing had been.
 */
export interface JobState {
  readonly counters: Record<string, CounterState>;
  readonly histograms: Record<string, HistogramState>;
}

/** Why a value did not go into a cumulative metric (its gauge, where it has one, still has it). */
export type ValueRejection = 'non_finite' | 'negative';

export function emptyJobState(): JobState {
  return { counters: {}, histograms: {} };
}

/** A copy that can be changed while the original stands. */
export function cloneJobState(state: JobState): JobState {
  const counters: Record<string, CounterState> = {};
  for (const key in state.counters) counters[key] = { ...state.counters[key]! };
  const histograms: Record<string, HistogramState> = {};
  for (const key in state.histograms) {
    const histogram = state.histograms[key]!;
    histograms[key] = { ...histogram, buckets: histogram.buckets.slice() };
  }
  return { counters, histograms };
}

/** OpenTelemetry's data model: a monotonic sum neither falls without a new start time nor takes what is no number. */
export function cumulativeProblem(value: number): ValueRejection | undefined {
  if (!Number.isFinite(value)) return 'non_finite';
  return value < 0 ? 'negative' : undefined;
}

/** Sets a counter to the trainer's own count; a fall is a reset, which begins at `now`. */
export function setCounter(state: JobState, spec: MetricSpec, value: number, now: Time): void {
  const counter = state.counters[spec.key];
  if (counter === undefined) {
    state.counters[spec.key] = { value, start: now };
  } else {
    if (value < counter.value) counter.start = now;
    counter.value = value;
  }
}

/** Counts a value into its histogram, which begins at `now` if it is the first. */
export function observe(state: JobState, spec: MetricSpec, value: number, now: Time): void {
  const boundaries = spec.boundaries ?? [];
  state.histograms[spec.key] ??= emptyHistogram(boundaries.length, now);
  const histogram = state.histograms[spec.key]!;
  histogram.count += 1;
  histogram.sum += value;
  histogram.min = Math.min(histogram.min, value);
  histogram.max = Math.max(histogram.max, value);
  const bucket = boundaries.findIndex((boundary) => value <= boundary);
  histogram.buckets[bucket < 0 ? boundaries.length : bucket]! += 1;
}

/** Extremes start finite because the state is written as JSON, which has no infinity. */
function emptyHistogram(boundaries: number, start: Time): HistogramState {
  return {
    start,
    count: 0,
    sum: 0,
    min: Number.MAX_VALUE,
    max: -Number.MAX_VALUE,
    buckets: new Array(boundaries + 1).fill(0),
  };
}
