import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { followEvents } from '../live/live-events.ts';
import { type CurvesOf, updateCurves } from './curves/curves-query.ts';
import { metricNames, type Run, runsById } from './runs-query.ts';

export interface ComparedRuns {
  /** In the order in which they were asked for, without those that there are not. */
  readonly runs: readonly Run[];
  /** Of all of them, each once. */
  readonly metrics: readonly string[];
  readonly pending: boolean;
  readonly error: Error | null;
}

/** Several runs, and the names of all their metrics: a request each, however many they are. */
export function useComparedRuns(ids: readonly string[]): ComparedRuns {
  const {
    data: runs = NO_RUNS,
    isPending: pending,
    error,
  } = useQuery({
    ...runsById(ids),
    // When one is taken out, the others stay.
    placeholderData: (had) => had?.filter(({ id }) => ids.includes(id)),
  });
  return { runs, metrics: useQuery(metricNames(ids)).data ?? NONE, pending, error };
}

const NO_RUNS: readonly Run[] = [];
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
        client.setQueryData(runsById(latest.current.ids).queryKey, (had) =>
          had?.map((one) => (one.id === run.id ? run : one)),
        );
        const known = points.has(run.id);
        if (known && points.get(run.id) !== run.lastPointAt) waiting.add(run.id);
        points.set(run.id, run.lastPointAt);
      }
      void update();
    };
    return followEvents('/api/tail/runs', { events: { runs: hear } });
  }, [client]);
}
