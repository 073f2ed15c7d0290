import type { Curve } from './curve.ts';

/** Those of a curve that have an entry for each bucket. */
export const COLUMNS = [
  'x',
  'xLast',
  'first',
  'last',
  'min',
  'max',
  'time',
  'timeLast',
  'notFinite',
] as const;

/** A curve with no more than so many buckets: neighbours put together, by which no spike is lost and nothing that is not finite. */
export function thinned(curve: Curve, most: number): Curve {
  const together = Math.ceil(curve.x.length / most);
  if (together <= 1) return curve;
  const groups = Array.from({ length: Math.ceil(curve.x.length / together) }, (_, i) => i * together);
  const first = (values: readonly number[]) => groups.map((at) => values[at]!);
  const last = (values: readonly number[]) =>
    groups.map((at) => values[Math.min(at + together, values.length) - 1]!);
  const joined = (values: readonly number[], join: (a: number, b: number) => number) =>
    groups.map((at) => values.slice(at, at + together).reduce((a, b) => join(a, b)));
  return {
    ...curve,
    exact: false,
    x: first(curve.x),
    xLast: last(curve.xLast),
    first: first(curve.first),
    last: last(curve.last),
    min: joined(curve.min, (a, b) => (b < a || Number.isNaN(a) ? b : a)),
    max: joined(curve.max, (a, b) => (b > a || Number.isNaN(a) ? b : a)),
    time: joined(curve.time, Math.min),
    timeLast: joined(curve.timeLast, Math.max),
    notFinite: joined(curve.notFinite, (a, b) => a | b),
  };
}
