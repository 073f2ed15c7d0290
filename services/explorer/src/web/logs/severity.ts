/** OTLP's classes of severity numbers, each with its least number. */
const CLASSES = [
  ['fatal', 21],
  ['error', 17],
  ['warn', 13],
  ['info', 9],
  ['debug', 5],
  ['trace', 1],
] as const;

export type Severity = (typeof CLASSES)[number][0] | 'unset';

/** From the least severe to the most, as bars are stacked. */
export const SEVERITIES: readonly Severity[] = ['unset', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Of a number that OTLP does not know: `unset`. */
export function severityOf(number: number): Severity {
  if (!(number >= 1 && number <= 24)) return 'unset';
  return CLASSES.find(([, least]) => number >= least)![0];
}

/** The least number of a class, for a question to the API: this or more severe. */
export function leastNumber(severity: Severity): number {
  return CLASSES.find(([name]) => name === severity)?.[1] ?? 0;
}
