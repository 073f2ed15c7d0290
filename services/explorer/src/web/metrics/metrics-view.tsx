import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { ViewFrame } from '../shell/view-frame.tsx';
import { useTime } from '../time/time-context.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { SendFirst } from '../ui/send-first.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { MetricCatalogue } from './metric-catalogue.tsx';
import { MetricPanel } from './metric-panel.tsx';
import { catalogue } from './metrics-query.ts';
import { METRICS_SEARCH, type MetricsSearch } from './metrics-search.ts';

const route = getRouteApi('/metrics');

/** The metrics of the range, and one of them over time. */
export function MetricsView() {
  const search = route.useSearch() as MetricsSearch;
  const { asked } = useTime();
  const navigate = useNavigate();
  const change = useCallback(
    (changed: Partial<MetricsSearch>) =>
      void navigate({ to: '/metrics', search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  const { data, error, isError, refetch } = useQuery(catalogue(asked));
  const open =
    data?.rows.find(
      ({ name, type }) => name === search.metric && (search.type === undefined || type === search.type),
    ) ?? (search.metric === undefined ? data?.rows[0] : undefined);
  return (
    <ViewFrame title="Metrics" search={METRICS_SEARCH}>
      {isError && data === undefined && (
        <Failure what="The metrics could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!isError && data === undefined && <SkeletonRows rows={16} />}
      {data?.rows.length === 0 && (
        <EmptyState icon="metrics" title="No metrics in this range">
          <p>Choose a longer range, or send the first one: it is here within a second.</p>
          <SendFirst signal="metrics" />
        </EmptyState>
      )}
      {data !== undefined && data.rows.length > 0 && (
        <div className="metrics-body">
          <MetricCatalogue rows={data.rows} search={search} change={change} open={open} />
          {open === undefined ? (
            <p className="nothing">There is no metric of this name in this range.</p>
          ) : (
            <MetricPanel key={`${open.name} ${open.type}`} entry={open} search={search} change={change} />
          )}
        </div>
      )}
    </ViewFrame>
  );
}
