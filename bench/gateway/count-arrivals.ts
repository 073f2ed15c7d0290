import type { Arrival } from './arrival-sink.ts';
import { readRequest } from './gauge-points.ts';

/** What arrived of a run in which each of `jobs` sent steps 1 to `stepsPerJob`. */
export interface ArrivedRun {
  /** Points for each step and metric, repeats not counted. */
  readonly distinct: number;
  readonly repeated: number;
  /** What the histograms counted in the end, over all jobs and both histograms. */
  readonly observations: number;
  /** When the last request that held a step came, in milliseconds since the epoch. */
  readonly lastAt: number;
}

/** Gauges for each snapshot: five metrics, and the curves of the two histograms. */
export const GAUGES_PER_SNAPSHOT = 7;
export const HISTOGRAMS_PER_SNAPSHOT = 2;

export function countArrivals(arrivals: readonly Arrival[]): ArrivedRun {
  const seen = new Map<string, Set<number>>();
  const counts = new Map<string, number>();
  let distinct = 0;
  let repeated = 0;
  let lastAt = 0;
  for (const { at, body } of arrivals) {
    const { gauges, histograms } = readRequest(body);
    if (gauges.length > 0) lastAt = Math.max(lastAt, at);
    for (const { metric, job, batch } of gauges) {
      const steps = getOrSet(seen, `${metric} ${job}`, () => new Set<number>());
      if (steps.has(batch)) repeated += 1;
      else distinct += 1;
      steps.add(batch);
    }
    for (const { metric, job, count } of histograms) {
      const series = `${metric} ${job}`;
      counts.set(series, Math.max(counts.get(series) ?? 0, count));
    }
  }
  const observations = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { distinct, repeated, observations, lastAt };
}

function getOrSet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
