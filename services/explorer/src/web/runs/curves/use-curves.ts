import { type keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CurvesOf } from './curves-query.ts';
import { knownCurves } from './known-curves.ts';

/** The curves of a metric: at once where a wider range has them in buckets fine enough, else as the server answers. */
export function useCurves(
  curvesOf: CurvesOf,
  metric: string,
  { enabled = true }: { readonly enabled?: boolean } = {},
) {
  const client = useQueryClient();
  const query = curvesOf.query(metric);
  const known = useMemo(
    () => (enabled ? knownCurves(client, curvesOf.request, metric) : undefined),
    [client, curvesOf, metric, enabled],
  );
  return useQuery({
    ...query,
    enabled,
    ...(known?.enough === true && { initialData: known.data }),
    // Until the buckets of another range are there, those of the last one are better than nothing.
    placeholderData: known === undefined ? keepIfSame(curvesOf) : known.data,
  });
}

/** Curves by another x mean another thing. */
function keepIfSame({ request }: CurvesOf): typeof keepPreviousData {
  return ((previous: unknown, query: { queryKey: readonly unknown[] } | undefined) => {
    const [, runs, x] = query?.queryKey ?? [];
    return x === request.x && JSON.stringify(runs) === JSON.stringify(request.runs) ? previous : undefined;
  }) as typeof keepPreviousData;
}
