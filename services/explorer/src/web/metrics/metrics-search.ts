import { choiceParam, listParam, textParam } from '../url/param-schemas.ts';
import type { SearchOf } from '../url/search-params.ts';

export const METRICS_SEARCH = {
  /** What is looked for in the catalogue. */
  q: textParam,
  /** The metric that is open, and what it came as: one name may have come as several. */
  metric: textParam,
  type: choiceParam('gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'),
  aggregation: choiceParam('last', 'avg', 'min', 'max', 'sum', 'rate', 'increase', 'quantile'),
  across: choiceParam('sum', 'avg', 'min', 'max'),
  by: listParam,
  service: textParam,
  run: textParam,
  filter: listParam,
} as const;

export type MetricsSearch = SearchOf<typeof METRICS_SEARCH>;
