import { useMemo } from 'react';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { fitsSearch, groupMetrics } from '../curves/metric-groups.ts';
import { useKeptList } from '../kept.ts';
import type { ChartSearch } from '../runs-search.ts';
import { ChartGrid } from './chart-grid.tsx';
import { type ChartScene, ChartSceneProvider } from './chart-scene.ts';
import { type ChangeCharts, rangeSearch } from './chart-settings.ts';

const ChartFull = lazyPart(async () => (await import('./chart-full.tsx')).ChartFull);

interface MetricChartsProps {
  /** Names; each is a chart, if it fits the search. */
  readonly metrics: readonly string[];
  readonly search: ChartSearch;
  readonly change: ChangeCharts;
  /** What the view's charts show, besides what is the same in every view. Keep it the same while nothing of it changes. */
  readonly scene: Omit<ChartScene, 'pinned' | 'onPin' | 'onZoom' | 'onReset' | 'onFull'>;
}

/** The charts of a view: in groups, those that are pinned first, and one of them in full where the address says so. */
export function MetricCharts({ metrics, search: { q, metric }, change, scene }: MetricChartsProps) {
  const [pinned, , togglePinned] = useKeptList('runs.pinned', []);
  const { machine } = scene;
  const machines = useMemo(() => [...(machine?.entries.keys() ?? [])], [machine]);
  const all = useMemo(() => [...metrics, ...machines], [metrics, machines]);
  const groups = useMemo(() => {
    const fits = (name: string) => fitsSearch(name, q);
    return groupMetrics(metrics.filter(fits), pinned, machines.filter(fits));
  }, [metrics, machines, pinned, q]);
  const whole = useMemo(
    (): ChartScene => ({
      ...scene,
      pinned: new Set(pinned),
      onPin: togglePinned,
      onZoom: (zoomed, x) => change({ ...(x !== undefined && { x }), ...rangeSearch(zoomed) }),
      onReset: () => change({ x0: undefined, x1: undefined }),
      onFull: (full) => change({ metric: full }),
    }),
    [scene, pinned, togglePinned, change],
  );
  return (
    <ChartSceneProvider value={whole}>
      {all.length > 0 && groups.length === 0 && <p className="nothing">No metric has that in its name.</p>}
      {groups.length > 0 && <ChartGrid groups={groups} />}
      {metric !== undefined && all.includes(metric) && (
        <ChartFull
          metric={metric}
          metrics={all.filter((name) => fitsSearch(name, q))}
          onChange={(next) => change({ metric: next })}
        />
      )}
    </ChartSceneProvider>
  );
}
