import type { Curve } from './curve.ts';

const COLUMNS = ['x', 'xLast', 'first', 'last', 'min', 'max', 'time', 'timeLast'] as const;

/** Curves as RFC 4180 has tables: a row for each bucket; where every bucket is one point, `x`, `value` and `time` are all there is. */
export function curvesCsv(curves: readonly Curve[]): string {
  const exact = curves.every((curve) => curve.exact);
  const head = ['run', 'metric', 'rank', 'attempt', 'by', ...(exact ? ['x', 'value', 'time'] : COLUMNS)];
  const rows = curves.flatMap((curve) =>
    curve.x.map((_, i) => [
      curve.run,
      curve.metric,
      curve.rank ?? '',
      curve.attempt === undefined ? '' : String(curve.attempt),
      curve.by,
      ...(exact
        ? [String(curve.x[i]), String(curve.last[i]), isoTime(curve.time[i]!)]
        : COLUMNS.map((name) =>
            name.startsWith('time') ? isoTime(curve[name][i]!) : String(curve[name][i]),
          )),
    ]),
  );
  return [head, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function isoTime(millis: number): string {
  return new Date(millis).toISOString();
}

/** Quoted where it must be; what a spreadsheet would take for a formula is told to be text. */
function field(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.]|Infinity$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
