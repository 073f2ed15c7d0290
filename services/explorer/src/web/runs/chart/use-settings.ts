import { useMemo } from 'react';
import type { ChartSearch } from '../runs-search.ts';
import { type ChartSettings, chartSettings } from './chart-settings.ts';

/** The same object while nothing of it changes: charts that are drawn by it are not drawn anew. */
export function useSettings({ x, smooth, log, clip, x0, x1 }: ChartSearch): ChartSettings {
  return useMemo(() => chartSettings({ x, smooth, log, clip, x0, x1 }), [x, smooth, log, clip, x0, x1]);
}
