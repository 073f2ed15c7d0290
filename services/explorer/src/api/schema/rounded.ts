/** Significant digits that are always kept. */
const LEAST_DIGITS = 5;
/** Of the curve's range: so far off a value may be. A chart of all of it can show no less, and one of a thousandth of it. */
const OFF = { rounded: 1e-4, fine: 1e-6 };
/** A double has no more. */
const MOST_DIGITS = 17;

interface Values {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/**
 * The values of a curve with no more digits than a chart of it can show: each is off by less than a ten-thousandth of the
 * curve's range (`fine`: a millionth), and by less than a ten-thousandth of itself, so no spike is lost on a linear or a
 * logarithmic axis. What is not finite stays.
 */
export function roundedValues(
  { first, last, min, max }: Values,
  values: keyof typeof OFF = 'rounded',
): Values {
  const digits = digitsFor(min, max, OFF[values]);
  const round = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(digits)) : value);
  return { first: first.map(round), last: last.map(round), min: min.map(round), max: max.map(round) };
}

function digitsFor(min: readonly number[], max: readonly number[], off: number): number {
  const least = Math.min(...min.filter(Number.isFinite));
  const most = Math.max(...max.filter(Number.isFinite));
  const range = most - least;
  if (!(range > 0) || !Number.isFinite(range)) return MOST_DIGITS;
  const farthest = Math.max(Math.abs(least), Math.abs(most));
  // Half of the last digit is what is lost.
  const ofRange = Math.floor(Math.log10(farthest)) + 1 - Math.log10(2 * off * range);
  return Math.min(MOST_DIGITS, Math.max(LEAST_DIGITS, Math.ceil(ofRange)));
}
