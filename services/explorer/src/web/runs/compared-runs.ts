import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { followEvents } from '../live/live-events.ts';
import { type CurvesOf, updateCurves } from './curves/curves-query.ts';
import { metricNames, type Run, type RunDetail, runDetail } from './runs-query.ts';

export interface ComparedRuns {
  /** In the order in which they were asked for, without those that there are not. */
  readonly runs: readonly RunDetail[];
  /** Of all of them, each once. */
  readonly metrics: readonly string[];
  readonly pending: boolean;
  readonly error: Error | null;
}

/** Several runs with their configuration, and the names of all their metrics. */
export function useComparedRuns(ids: readonly string[]): ComparedRuns {
  return {
    ...useQueries({ queries: ids.map((id) => ({ ...runDetail(id), retry: false })), combine: detailsOf }),
    metrics: useQuery(metricNames(ids)).data ?? NONE,
  };
}

function detailsOf(
  results: readonly { data: RunDetail | undefined; isPending: boolean; error: Error | null }[],
) {
  const runs = results.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return {
    runs,
    pending: results.some(({ isPending }) => isPending),
    error: runs.length > 0 ? null : (results.find(({ error }) => error !== null)?.error ?? null),
  };
}

const NONE: readonly string[] = [];

interface RunsNews {
  readonly runs: readonly Run[];
}

/** Keeps runs that are compared, and the charts in sight, as they are in the store. */
export function useComparedTail(ids: readonly string[], curvesOf: CurvesOf): void {
  const client = useQueryClient();
  const latest = useRef({ ids, curvesOf });
  latest.current = { ids, curvesOf };
  useEffect(() => {
    const points = new Map<string, string | undefined>();
    let busy = false;
    const waiting = new Set<string>();
    const update = async () => {
      if (busy || waiting.size === 0) return;
      busy = true;
      const runs = [...waiting];
      waiting.clear();
      await updateCurves(client, latest.current.curvesOf, { runs }).catch(() => undefined);
      busy = false;
      void update();
    };
    const hear = (text: string) => {
      for (const run of (JSON.parse(text) as RunsNews).runs) {
        if (!latest.current.ids.includes(run.id)) continue;
        client.setQueryData(runDetail(run.id).queryKey, (had) => had && { ...had, ...run });
        const known = points.has(run.id);
        if (known && points.get(run.id) !== run.lastPointAt) waiting.add(run.id);
        points.set(run.id, run.lastPointAt);
      }
      void update();
    };
    return followEvents('/api/tail/runs', { events: { runs: hear } });
  }, [client]);
}
