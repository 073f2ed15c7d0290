/** Buckets of a histogram: `counts` has one more than `bounds`, for what is above the last. */
export interface Buckets {
  /** Upper bounds, ascending; each belongs to its bucket. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/**
 * A quantile as Prometheus' `histogram_quantile` estimates it: within a bucket the values are taken to lie evenly, the
 * first of all buckets to begin at 0 if its bound is above; what is above the last bound is the last bound. NaN where
 * there are no values; infinite where `q` is not from 0 to 1.
 */
export function histogramQuantile(q: number, { bounds, counts }: Buckets): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || bounds.length === 0) return Number.NaN;
  const rank = q * total;
  let below = 0;
  let index = 0;
  while (index < bounds.length && below + counts[index]! < rank) below += counts[index++]!;
  if (index === bounds.length) return bounds.at(-1)!;
  const end = bounds[index]!;
  if (index === 0 && end <= 0) return end;
  const start = index === 0 ? 0 : bounds[index - 1]!;
  const count = counts[index]!;
  return count === 0 ? start : start + ((end - start) * (rank - below)) / count;
}

/**
 * One out of several. Where their bounds differ, a bucket goes whole into the one that ends where it ends, which makes
 * quantiles as rough as the widest of them.
 */
export function addBuckets(all: readonly Buckets[]): Buckets {
  const bounds = [...new Set(all.flatMap((one) => one.bounds))].sort((a, b) => a - b);
  const at = new Map(bounds.map((bound, index) => [bound, index]));
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const one of all)
    one.counts.forEach((count, index) => {
      const bound = one.bounds[index];
      counts[bound === undefined ? bounds.length : at.get(bound)!]! += count;
    });
  return { bounds, counts };
}
