import type { Curve } from './curve.ts';

/** So many times as far as the values of a bucket mostly lie apart. */
const FAR = 4;

/**
 * The buckets with a value far from all that a line through their first and last values shows. Where there is no room for the
 * bands of all curves, these are drawn all the same.
 *
 * @returns indexes, in order
 */
export function spikesOf({ exact, first, last, min, max }: Curve): number[] {
  if (exact) return [];
  const spans = max.map((most, i) => most - min[i]!).filter(Number.isFinite);
  const usual = spans.sort((a, b) => a - b)[spans.length >> 1] ?? 0;
  return max.flatMap((most, i) => {
    const [low, high] = ends(first[i]!, last[i]!);
    return Math.max(most - high, low - min[i]!) > FAR * usual ? [i] : [];
  });
}

/** The least and the greatest of them that is finite; NaN where none is. */
export function ends(first: number, last: number): [low: number, high: number] {
  const values = [first, last].filter(Number.isFinite);
  return values.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...values), Math.max(...values)];
}
