import type { Curve } from './curve.ts';

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Parts of the values that lie below and above what is shown where outliers are left out. */
const CLIPPED = [0.01, 0.95] as const;

/** From the first x of some curves to the last; undefined of nothing. */
export function xExtent(curves: readonly Pick<Curve, 'x' | 'xLast'>[]): Extent | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { x, xLast } of curves) {
    if (x.length === 0) continue;
    min = Math.min(min, x[0]!);
    max = Math.max(max, xLast.at(-1)!);
  }
  return min <= max ? { min, max } : undefined;
}

type Bounded = Pick<Curve, 'x' | 'xLast' | 'min' | 'max' | 'last'>;

/** What the axis of values spans for all that lies in a range of x: every spike, or all but outliers. */
export function valueExtent(
  curves: readonly Bounded[],
  range: Extent,
  { log, clip }: { readonly log: boolean; readonly clip: boolean },
): Extent | undefined {
  const drawable = (value: number) => Number.isFinite(value) && (!log || value > 0);
  if (clip) return clippedExtent(curves, range, drawable);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const curve of curves) {
    const [from, to] = indexesWithin(curve, range);
    for (let i = from; i < to; i++) {
      const low = curve.min[i]!;
      const high = curve.max[i]!;
      if (drawable(low) && low < min) min = low;
      if (drawable(high)) {
        if (high > max) max = high;
        if (high < min) min = high;
      }
    }
  }
  return min <= max ? { min, max } : undefined;
}

function clippedExtent(
  curves: readonly Bounded[],
  range: Extent,
  drawable: (value: number) => boolean,
): Extent | undefined {
  const values = curves
    .flatMap((curve) => curve.last.slice(...indexesWithin(curve, range)).filter(drawable))
    .sort((a, b) => a - b);
  if (values.length === 0) return undefined;
  const [low, high] = CLIPPED.map((part) => values[Math.round((values.length - 1) * part)]!);
  const room = (high! - low!) * 0.05;
  return { min: low! - room, max: high! + room };
}

/** The buckets that lie in a range, with one on either side, which lines go on to. */
export function indexesWithin(
  { x, xLast }: Pick<Curve, 'x' | 'xLast'>,
  { min, max }: Extent,
): [number, number] {
  const from = firstAtLeast(xLast, min);
  const to = firstAtLeast(x, max);
  return [Math.max(0, from - 1), Math.min(x.length, to + 1)];
}

/** The index of the first that is as large or larger, of numbers that rise; their count where none is. */
export function firstAtLeast(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
