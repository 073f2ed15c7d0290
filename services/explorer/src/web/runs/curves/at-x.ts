import type { Curve } from './curve.ts';
import { firstAtLeast } from './value-range.ts';

/** The bucket that is nearest to an x; undefined of nothing. */
export function bucketAt({ x, xLast }: Pick<Curve, 'x' | 'xLast'>, at: number): number | undefined {
  if (x.length === 0) return undefined;
  const after = firstAtLeast(xLast, at);
  if (after === x.length) return x.length - 1;
  if (after === 0 || x[after]! <= at) return after;
  return at - xLast[after - 1]! <= x[after]! - at ? after - 1 : after;
}

/** When that was, milliseconds since 1970: between the points around it where it is none. */
export function timeAtX(
  curve: Pick<Curve, 'x' | 'xLast' | 'time' | 'timeLast'>,
  at: number,
): number | undefined {
  return between(curve.x, curve.xLast, curve.time, curve.timeLast, at);
}

/** The other way round. Undefined where the moment lies before the first point or after the last one. */
export function xAtTime(
  curve: Pick<Curve, 'x' | 'xLast' | 'time' | 'timeLast'>,
  at: number,
): number | undefined {
  const { time, timeLast } = curve;
  if (time.length === 0 || at < time[0]! || at > timeLast.at(-1)!) return undefined;
  return between(time, timeLast, curve.x, curve.xLast, at);
}

/** Where `at` lies between pairs of numbers, in the terms of other such pairs. */
function between(
  from: readonly number[],
  to: readonly number[],
  fromMeans: readonly number[],
  toMeans: readonly number[],
  at: number,
): number | undefined {
  if (from.length === 0) return undefined;
  const i = firstAtLeast(to, at);
  if (i === to.length) return toMeans.at(-1);
  if (at >= from[i]!) return mix(from[i]!, to[i]!, fromMeans[i]!, toMeans[i]!, at);
  if (i === 0) return fromMeans[0];
  return mix(to[i - 1]!, from[i]!, toMeans[i - 1]!, fromMeans[i]!, at);
}

function mix(a: number, b: number, meansA: number, meansB: number, at: number): number {
  return b > a ? meansA + ((at - a) / (b - a)) * (meansB - meansA) : meansA;
}
