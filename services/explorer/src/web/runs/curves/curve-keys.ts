import type { CurveX } from './curve.ts';
import type { Extent } from './value-range.ts';

/** What all charts of a view draw. */
export interface CurvesRequest {
  readonly runs: readonly string[];
  readonly x: CurveX;
  readonly range: Extent | undefined;
  readonly points: number;
  readonly attempts: 'latest' | 'all';
}

/** Under what the answers to a request are kept: under `key` and the metric. */
export function curveKeys({ runs, x, attempts, points, range }: CurvesRequest) {
  const family = ['curves', runs, x, attempts] as const;
  return {
    /** Begins the keys of the same curves in any range and of any number of buckets. */
    family,
    key: [...family, points, range ?? null] as const,
  };
}

/** What tells the keys of a family from each other. */
export function readCurveKey(key: readonly unknown[]): { range: Extent | undefined; metric: string } {
  const [range, metric] = key.slice(-2) as [Extent | null, string];
  return { range: range ?? undefined, metric };
}
