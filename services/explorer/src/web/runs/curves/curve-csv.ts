import type { Curve } from './curve.ts';

const COLUMNS = ['x', 'xLast', 'first', 'last', 'min', 'max', 'time', 'timeLast'] as const;

/**
 * Curves as RFC 4180 has tables: a row for each bucket. Of a bucket that is one point, `x` and `xLast`, `first` and `last` are the same.
 *
 * @param head whether the first row names the columns
 */
export function curvesCsv(curves: readonly Curve[], { head }: { readonly head: boolean }): string {
  const names = ['run', 'metric', 'rank', 'attempt', 'by', ...COLUMNS];
  const rows = curves.flatMap((curve) =>
    curve.x.map((_, i) => [
      curve.run,
      curve.metric,
      curve.rank ?? '',
      curve.attempt === undefined ? '' : String(curve.attempt),
      curve.by,
      ...COLUMNS.map((name) => (name.startsWith('time') ? isoTime(curve[name][i]!) : String(curve[name][i]))),
    ]),
  );
  return csvOf(head ? [names, ...rows] : rows);
}

/** Rows of fields. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function isoTime(millis: number): string {
  return new Date(millis).toISOString();
}

/** Quoted where it must be; what a spreadsheet would take for a formula is told to be text. */
function field(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.]|Infinity$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
