import { formatCount } from '../../ui/format-number.ts';
import type { Curve } from '../curves/curve.ts';

const MOST_SAID = 3;

/** What there is to see of some curves, in a sentence or two. */
export function describeCurves(
  curves: readonly (Pick<Curve, 'x' | 'first' | 'last' | 'min' | 'max' | 'notFinite'> & {
    readonly name: string;
  })[],
  format: (value: number) => string,
): string {
  const full = curves.filter(({ x }) => x.length > 0);
  if (full.length === 0) return 'No points.';
  const said = full.slice(0, MOST_SAID).map(({ name, first, last, min, max, notFinite }) => {
    const finite = (values: readonly number[]) => values.filter(Number.isFinite);
    const lows = finite(min);
    const highs = finite(max);
    const bounds =
      lows.length === 0
        ? 'never a number'
        : `from ${format(first[0]!)} to ${format(last.at(-1)!)}, least ${format(lows.reduce((a, b) => Math.min(a, b)))}, greatest ${format(highs.reduce((a, b) => Math.max(a, b)))}`;
    const broken = notFinite.filter((kinds) => kinds !== 0).length;
    const marks =
      broken === 0 ? '' : `, not finite in ${formatCount(broken)} ${broken === 1 ? 'place' : 'places'}`;
    return `${name}: ${bounds}${marks}`;
  });
  const rest = full.length - said.length;
  return `${said.join('; ')}${rest > 0 ? `; and ${formatCount(rest)} more` : ''}.`;
}
