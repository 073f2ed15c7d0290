import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { ViewFrame } from '../shell/view-frame.tsx';
import { useTime } from '../time/time-context.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { Icon } from '../ui/icons.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ChartControls } from './chart/chart-controls.tsx';
import type { Picked } from './chart/curve-plot.tsx';
import { MetricCharts } from './chart/metric-charts.tsx';
import { useSettings } from './chart/use-settings.ts';
import { CompareConfig } from './compare-config.tsx';
import { CompareLegend } from './compare-legend.tsx';
import { useComparedRuns, useComparedTail } from './compared-runs.ts';
import { curvesOf as curvesFor } from './curves/curves-query.ts';
import { runLooks } from './run-looks.ts';
import { COMPARE_SEARCH, type CompareSearch } from './runs-search.ts';

const route = getRouteApi('/compare');

type Change = (changed: { [K in keyof CompareSearch]?: CompareSearch[K] | undefined }) => void;

/** Several runs over each other, metric by metric, and what they were configured with beside each other. */
export function CompareView() {
  const search = route.useSearch() as CompareSearch;
  const navigate = useNavigate();
  const change = useCallback(
    (changed: { [K in keyof CompareSearch]?: CompareSearch[K] | undefined }) =>
      void navigate({
        to: '/compare',
        search: (before: object) => ({ ...before, ...changed }),
        replace: true,
      }),
    [navigate],
  );
  const count = search.runs?.length ?? 0;
  return (
    <ViewFrame title={count < 2 ? 'Compare' : `Compare ${count} runs`} search={COMPARE_SEARCH} timed={false}>
      {count === 0 ? (
        <EmptyState icon="compare" title="Choose runs to compare">
          <p>Select them in the list with their boxes, or with the keys j, k and x.</p>
          <Link className="button" data-kind="primary" to="/runs">
            <Icon name="runs" />
            To the runs
          </Link>
        </EmptyState>
      ) : (
        <Compare ids={search.runs!} search={search} change={change} />
      )}
    </ViewFrame>
  );
}

interface CompareProps {
  readonly ids: readonly string[];
  readonly search: CompareSearch;
  readonly change: Change;
}

function Compare({ ids, search, change }: CompareProps) {
  const navigate = useNavigate();
  const { zone } = useTime();
  const { runs, metrics, pending, error } = useComparedRuns(ids);
  // Curves are asked for while the runs still are: until the name of one is known its id stands for it.
  const asked = JSON.stringify(ids);
  const named = JSON.stringify(runs.map(({ id, name }) => [id, name]));
  const looks = useMemo(() => {
    const names = new Map(JSON.parse(named) as [id: string, name: string][]);
    return runLooks((JSON.parse(asked) as string[]).map((id) => ({ id, name: names.get(id) ?? id })));
  }, [asked, named]);
  const known = useMemo(
    () => runs.flatMap(({ id }) => looks.find((look) => look.id === id) ?? []),
    [runs, looks],
  );
  const hidden = useMemo(() => new Set(search.hidden), [search.hidden]);
  const shown = useMemo(() => looks.filter(({ id }) => !hidden.has(id)), [looks, hidden]);
  const settings = useSettings(search);
  const { x, range } = settings;
  const points = pointsOf(looks.length, search.metric !== undefined);
  const curvesOf = useMemo(
    () => curvesFor({ runs: JSON.parse(asked) as string[], x, range, points, attempts: 'latest' }),
    [asked, x, range, points],
  );
  useComparedTail(ids, curvesOf);
  const [lit, setLit] = useState<string>();
  const scene = useMemo(
    () => ({
      looks: shown,
      settings,
      curvesOf,
      abandoned: undefined,
      at: undefined,
      lit,
      zone,
      onPick: ({ run, time }: Picked) =>
        void navigate({
          to: '/runs/$runId',
          params: { runId: run },
          search: { at: new Date(time).toISOString() },
        }),
    }),
    [shown, settings, curvesOf, lit, zone, navigate],
  );
  const hide = (next: ReadonlySet<string>) => change({ hidden: next.size === 0 ? undefined : [...next] });
  if (error !== null) return <Failure what="The runs could not be read" error={error} />;
  const tab = search.tab ?? 'charts';
  if (pending && runs.length === 0 && (tab === 'config' || metrics.length === 0))
    return <SkeletonRows rows={12} height={40} />;
  return (
    <>
      <div className="run-tabs">
        <Segmented
          label="Of the runs"
          value={tab}
          options={[
            { value: 'charts', label: `Charts ${metrics.length === 0 ? '' : metrics.length}` },
            { value: 'config', label: 'Configuration' },
          ]}
          onChange={(next) => change({ tab: next === 'config' ? 'config' : undefined })}
        />
        {!pending && runs.length < ids.length && (
          <span className="badge" data-kind="warn">
            {ids.length - runs.length} of them are gone
          </span>
        )}
      </div>
      {tab === 'config' ? (
        <div className="run-body run-scroll">
          <CompareConfig
            ids={known.map(({ id }) => id)}
            looks={known}
            same={search.same === true}
            onSame={(same) => change({ same: same || undefined })}
          />
        </div>
      ) : (
        <>
          <ChartControls search={search} change={change} />
          <div className="compare-body">
            <CompareLegend
              runs={runs}
              looks={known}
              hidden={hidden}
              onToggle={(id) => hide(toggled(hidden, id))}
              onOnly={(id) => hide(new Set(ids.filter((one) => one !== id)))}
              onRemove={(id) => change({ runs: ids.filter((one) => one !== id) })}
              onLight={setLit}
            />
            <MetricCharts metrics={metrics} search={search} change={change} scene={scene} />
          </div>
        </>
      )}
    </>
  );
}

/** The more lines there are, the fewer buckets of each can be told apart. */
function pointsOf(runs: number, full: boolean): number {
  const points = runs <= 5 ? 400 : runs <= 20 ? 250 : 120;
  return full ? points * 3 : points;
}

function toggled(set: ReadonlySet<string>, one: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}
