import type { CurveX } from '../curves/curve.ts';
import type { Extent } from '../curves/value-range.ts';
import type { ChartSearch } from '../runs-search.ts';

/** How all charts of a view are drawn. */
export interface ChartSettings {
  readonly x: CurveX;
  /** From 0 to less than 1. */
  readonly weight: number;
  readonly log: boolean;
  readonly clip: boolean;
  readonly range: Extent | undefined;
}

export type ChangeCharts = (changed: { [K in keyof ChartSearch]?: ChartSearch[K] | undefined }) => void;

/** As the address has them. */
export function chartSettings({ x, smooth = 0, log, clip, x0, x1 }: ChartSearch): ChartSettings {
  return {
    x: x ?? 'step',
    weight: smooth / 100,
    log: log === true,
    clip: clip === true,
    range: x0 !== undefined && x1 !== undefined && x0 < x1 ? { min: x0, max: x1 } : undefined,
  };
}

/** A range for the address, with no more digits than its width needs. */
export function rangeSearch({ min, max }: Extent): { x0: number; x1: number } {
  const digits = Math.max(0, Math.ceil(4 - Math.log10(max - min)));
  const factor = 10 ** Math.min(digits, 9);
  return { x0: Math.floor(min * factor) / factor, x1: Math.ceil(max * factor) / factor };
}
