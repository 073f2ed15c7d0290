import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { followEvents, type LiveState } from '../live/live-events.ts';
import { type CurvesOf, updateCurves } from './curves/curves-query.ts';
import type { MetricCurves } from './curves/merge-curves.ts';
import { type RunDetail, type RunMetric, runDetail, runMetrics } from './runs-query.ts';

interface RunNews {
  readonly run?: RunDetail;
  readonly metrics: readonly RunMetric[];
  readonly gone: boolean;
}

/** Keeps a run, its list of metrics and the charts in sight as they are in the store. */
export function useRunTail(id: string, curvesOf: CurvesOf): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const latest = useRef(curvesOf);
  latest.current = curvesOf;
  useEffect(() => {
    let busy: Promise<void> | undefined;
    let waiting = new Set<string>();
    let first = true;
    // One look at a time: what comes meanwhile is looked for in the next.
    const update = () => {
      if (busy !== undefined || waiting.size === 0) return;
      const metrics = waiting;
      waiting = new Set();
      busy = updateCurves(client, latest.current, { runs: [id], metrics })
        .catch(() => undefined)
        .finally(() => {
          busy = undefined;
          update();
        });
    };
    const hear = (text: string) => {
      const { run, metrics, gone } = JSON.parse(text) as RunNews;
      if (run !== undefined) client.setQueryData(runDetail(id).queryKey, run);
      if (gone) void client.invalidateQueries({ queryKey: runDetail(id).queryKey });
      if (metrics.length > 0)
        client.setQueryData(runMetrics(id).queryKey, (had) => ({
          rows: withNews(first ? [] : (had?.rows ?? []), metrics),
        }));
      const told = first ? news(client, latest.current, metrics) : metrics;
      first = false;
      for (const { metric } of told) waiting.add(metric);
      update();
    };
    return followEvents(`/api/tail/runs/${encodeURIComponent(id)}`, {
      events: { run: hear },
      onState: setState,
    });
  }, [client, id]);
  return state;
}

/** The first thing that is told is all that there is, of which charts have most already: what they have not. */
function news(client: QueryClient, { key }: CurvesOf, metrics: readonly RunMetric[]): RunMetric[] {
  return metrics.filter(({ metric, series, lastTime }) => {
    const had = client.getQueryData<MetricCurves>([...key, metric]);
    const end = had?.curves.find((curve) => curve.series === series)?.timeLast.at(-1);
    return end === undefined || end < Date.parse(lastTime);
  });
}

function withNews(had: readonly RunMetric[], news: readonly RunMetric[]): RunMetric[] {
  const key = ({ metric, series }: RunMetric) => `${metric}\0${series}`;
  const fresh = new Map(news.map((one) => [key(one), one]));
  const kept = had.map((one) => {
    const changed = fresh.get(key(one));
    fresh.delete(key(one));
    return changed ?? one;
  });
  return [...kept, ...fresh.values()];
}
