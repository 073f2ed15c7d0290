import { finite } from '../ui/finite.ts';
import type { ServiceRow } from './services-query.ts';
import type { ServicesSearch } from './services-search.ts';

export type SortKey = NonNullable<ServicesSearch['sort']>;

/** What has no value comes last, whichever way. */
export function sortRows(
  rows: readonly ServiceRow[],
  key: SortKey,
  order: 'asc' | 'desc',
  by: 'service' | 'operation',
): ServiceRow[] {
  const sign = order === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    // Names begin with A, figures with the largest.
    if (key === 'service') return -sign * a[by].localeCompare(b[by]);
    const [x, y] = [figureOf(a, key), figureOf(b, key)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

function figureOf(row: ServiceRow, key: Exclude<SortKey, 'service'>): number | null {
  switch (key) {
    case 'rate':
      return finite(row.rate);
    case 'errors':
      return row.requests === 0 ? null : row.errors / row.requests;
    default:
      return finite(row.durations[{ p50: 0, p90: 1, p99: 2 }[key]]);
  }
}
