import type { MetricSelection } from './selection.ts';

/** What came into a histogram in one step. */
export interface HistogramPoint {
  /** When the step begins, nanoseconds since 1970. */
  readonly time: bigint;
  readonly count: number;
  readonly sum: number;
  /** In the order that they were asked for. */
  readonly quantiles: readonly number[];
}

export interface HistogramRequest extends MetricSelection {
  /** 0 to 1. At most 20. */
  readonly quantiles: readonly number[];
  /** As the catalogue names it. Default `histogram`. */
  readonly type?: 'histogram' | 'exponential_histogram';
}

/** As {@link metricIncrease} has it: the same delta twice, and a first point of which nobody knows what was before. */
export const NOTHING = `if(temporality = 1,
  nth > 1 AND time = lagInFrame(time) OVER w AND start = lagInFrame(start) OVER w,
  nth = 1 AND (start = 0 OR start < {readFrom:Int64}))`;

/** The rows of each step: one for each layout of buckets. */
export function bySteps<Row extends { readonly step: string }>(rows: readonly Row[]): Row[][] {
  const steps: Row[][] = [];
  for (const row of rows) {
    const last = steps.at(-1);
    if (last?.[0]?.step === row.step) last.push(row);
    else steps.push([row]);
  }
  return steps;
}
