import { bucketAt } from '../curves/at-x.ts';
import type { DrawnLine } from './drawn-line.ts';

/** Of more lines than this no single values are told beside the name. */
const MOST_TOLD = 1;

type Format = (value: number) => string;

/** Where lines stand. */
export function lastText(lines: readonly DrawnLine[], format: Format): string {
  if (lines.length === 0) return '';
  if (lines.length <= MOST_TOLD) return format(lines[0]!.curve.last.at(-1) ?? Number.NaN);
  return spanText(
    lines.map(({ curve }) => curve.last.at(-1) ?? Number.NaN),
    format,
  );
}

/** Where they stood at an x. */
export function textAt(lines: readonly DrawnLine[], x: number, format: Format): string {
  const values = lines.flatMap(({ curve, smooth }) => {
    const i = bucketAt(curve, x);
    return i === undefined ? [] : [smooth?.[i] ?? curve.last[i]!];
  });
  if (values.length === 0) return '';
  return values.length <= MOST_TOLD ? format(values[0]!) : spanText(values, format);
}

function spanText(values: readonly number[], format: Format): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return 'NaN';
  const [least, greatest] = [format(Math.min(...finite)), format(Math.max(...finite))];
  return least === greatest ? least : `${least} – ${greatest}`;
}
