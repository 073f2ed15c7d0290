/** Counts of an exponential histogram: OpenTelemetry's data model, `ExponentialHistogram`. */
export interface ExponentialBuckets {
  /** A bucket of index i holds what is above base^i and at most base^(i + 1), with base 2^(2^-scale). */
  readonly scale: number;
  /** Values that are 0, or too near to it. */
  readonly zero: number;
  /** Counts by index. */
  readonly positive: ReadonlyMap<number, number>;
  /** The same of values below 0, by what they are without their sign. */
  readonly negative: ReadonlyMap<number, number>;
}

/** One out of several, exact: in the scale of the coarsest each of its buckets is the sum of whole ones of the others. */
export function addExponentialBuckets(all: readonly ExponentialBuckets[]): ExponentialBuckets {
  const scale = all.reduce((least, one) => Math.min(least, one.scale), Number.POSITIVE_INFINITY);
  const positive = new Map<number, number>();
  const negative = new Map<number, number>();
  let zero = 0;
  for (const one of all) {
    addInto(positive, one.positive, one.scale - scale);
    addInto(negative, one.negative, one.scale - scale);
    zero += one.zero;
  }
  return { scale, zero, positive, negative };
}

function addInto(sum: Map<number, number>, counts: ReadonlyMap<number, number>, coarser: number): void {
  for (const [index, count] of counts) {
    const merged = Math.floor(index / 2 ** coarser);
    sum.set(merged, (sum.get(merged) ?? 0) + count);
  }
}

/**
 * A quantile as Prometheus' `histogram_quantile` estimates it for native histograms: within a bucket the values are taken
 * to lie evenly on the logarithmic scale; those of the zero bucket are 0. NaN where there are no values; infinite where `q` is not from 0 to 1.
 */
export function exponentialQuantile(q: number, buckets: ExponentialBuckets): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const inOrder = ascending(buckets);
  const total = inOrder.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  let last = Number.NaN;
  for (const { count, at } of inOrder) {
    if (count <= 0) continue;
    if (below + count >= q * total) return at((q * total - below) / count);
    below += count;
    last = at(1);
  }
  return last;
}

interface Stretch {
  readonly count: number;
  /** The value behind this part of its values. */
  readonly at: (part: number) => number;
}

function ascending({ scale, zero, positive, negative }: ExponentialBuckets): Stretch[] {
  const value = (exponent: number) => Math.min(2 ** (exponent * 2 ** -scale), Number.MAX_VALUE);
  const byIndex = (counts: ReadonlyMap<number, number>) => [...counts].sort(([a], [b]) => a - b);
  return [
    ...byIndex(negative)
      .reverse()
      .map(([index, count]) => ({ count, at: (part: number) => -value(index + 1 - part) })),
    { count: zero, at: () => 0 },
    ...byIndex(positive).map(([index, count]) => ({ count, at: (part: number) => value(index + part) })),
  ];
}
