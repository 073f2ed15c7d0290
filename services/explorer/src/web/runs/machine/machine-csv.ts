import type { DrawnLine } from '../chart/drawn-line.ts';
import { csvOf } from '../curves/curve-csv.ts';

/** Lines of a machine's metric as a table: a row for each point that is drawn. */
export function machineCsv(lines: readonly DrawnLine[], unit: string): string {
  const rows = lines.flatMap(({ curve }) =>
    curve.time.map((time, i) => [
      curve.run,
      curve.metric,
      unit,
      curve.series,
      new Date(time).toISOString(),
      String(curve.last[i]),
    ]),
  );
  return csvOf([['run', 'metric', 'unit', 'series', 'time', 'value'], ...rows]);
}
