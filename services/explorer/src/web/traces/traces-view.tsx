import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { type Dot, Scatter } from '../charts/scatter.tsx';
import { ViewFrame } from '../shell/view-frame.tsx';
import { useTime } from '../time/time-context.tsx';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Combo } from '../ui/combo.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { FilterChips, FilterInput } from '../ui/filter-bar.tsx';
import { formatCount, formatDuration } from '../ui/format-number.ts';
import { SendFirst } from '../ui/send-first.tsx';
import { SkeletonBlock, SkeletonRows } from '../ui/skeleton.tsx';
import { DurationInput } from './duration-input.tsx';
import { TraceFacets } from './trace-facets.tsx';
import { TraceList } from './trace-list.tsx';
import { type FoundTrace, spanFilter, spanValues, tracePages } from './traces-query.ts';
import { TRACES_SEARCH, type TracesSearch } from './traces-search.ts';

const route = getRouteApi('/traces');

interface PartProps {
  readonly search: TracesSearch;
  readonly change: (changed: Partial<TracesSearch>) => void;
}

/** Traces of the range: how long each took, and a list of them. */
export function TracesView() {
  const search = route.useSearch() as TracesSearch;
  const navigate = useNavigate();
  const change = useCallback(
    (changed: Partial<TracesSearch>) =>
      void navigate({ to: '/traces', search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  return (
    <ViewFrame title="Traces" search={TRACES_SEARCH}>
      <TraceToolbar search={search} change={change} />
      <Traces search={search} change={change} />
    </ViewFrame>
  );
}

const STATUSES = [
  { value: 'all', label: 'Every status' },
  { value: 'Error', label: 'Error' },
  { value: 'Ok', label: 'Ok' },
  { value: 'Unset', label: 'Unset' },
] as const;

function TraceToolbar({ search, change }: PartProps) {
  const { asked } = useTime();
  const services = useQuery(spanValues(asked, 'service')).data?.values.map(({ value }) => value) ?? [];
  const names =
    useQuery(spanValues(asked, 'name', search.service)).data?.values.map(({ value }) => value) ?? [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to all screen readers yet
    <div className="toolbar" role="search">
      <Combo
        label="Service"
        placeholder="Any service"
        value={search.service}
        options={services}
        onChange={(service) => change({ service })}
      />
      <Combo
        label="Operation"
        placeholder="Any operation"
        value={search.operation}
        options={names}
        onChange={(operation) => change({ operation })}
      />
      <select
        className="select"
        aria-label="Status"
        value={search.status ?? 'all'}
        onChange={(event) =>
          change({
            status: event.target.value === 'all' ? undefined : (event.target.value as TracesSearch['status']),
          })
        }
      >
        {STATUSES.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <DurationInput
        label="Shortest duration"
        placeholder="≥ 100ms"
        value={search.min}
        onChange={(min) => change({ min })}
      />
      <DurationInput
        label="Longest duration"
        placeholder="≤ 2s"
        value={search.max}
        onChange={(max) => change({ max })}
      />
      <FilterInput filters={search.filter} onChange={(filter) => change({ filter })} />
      {search.run !== undefined && (
        <Chip label={`run ${search.run}`} onRemove={() => change({ run: undefined })}>
          run = {search.run}
        </Chip>
      )}
      <FilterChips filters={search.filter} onChange={(filter) => change({ filter })} />
    </div>
  );
}

const SCATTER = 168;

function Traces({ search, change }: PartProps) {
  const time = useTime();
  const navigate = useNavigate();
  const filter = useMemo(() => spanFilter(search), [search]);
  const pages = useInfiniteQuery(tracePages(time.asked, filter));
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.rows) ?? [], [pages.data]);
  const dots = useMemo(() => toDots(rows), [rows]);
  const [facetsOpen, setFacetsOpen] = useState(() => matchMedia('(min-width: 900px)').matches);
  const open = (traceId: string) => void navigate({ to: '/traces/$traceId', params: { traceId } });
  if (pages.isError && pages.data === undefined)
    return (
      <Failure what="The traces could not be read" error={pages.error} onRetry={() => void pages.refetch()} />
    );
  const none = pages.isSuccess && rows.length === 0;
  if (none && Object.keys(filter).length === 0)
    return (
      <EmptyState icon="traces" title="No traces in this range">
        <p>Choose a longer range, or send the first one: it is here within a second.</p>
        <SendFirst signal="traces" />
      </EmptyState>
    );
  const bad = dots.filter((dot) => dot.bad).length;
  return (
    <>
      <section className="trace-scatter" aria-label="Durations over time">
        {pages.isSuccess && (
          <p className="muted">
            {pages.hasNextPage && 'The newest '}
            <strong>{formatCount(rows.length)}</strong> traces
            {bad > 0 && `, ${formatCount(bad)} with errors`}
          </p>
        )}
        {pages.isPending ? (
          <SkeletonBlock height={SCATTER} />
        ) : (
          <Scatter
            label="Durations of traces over time"
            description={`${dots.length} traces, ${bad} of them with errors. The list below has them one by one.`}
            dots={dots.map(({ traceId: _, ...dot }) => dot)}
            x={{ min: time.range.from, max: time.range.to }}
            format={formatDuration}
            zone={time.zone}
            height={SCATTER}
            onZoom={(from, to) => time.zoom({ from, to })}
            onPick={(index) => open(dots[index]!.traceId)}
          />
        )}
      </section>
      <div className="faceted" data-facets={facetsOpen ? 'open' : 'closed'}>
        {facetsOpen && <TraceFacets search={search} change={change} onClose={() => setFacetsOpen(false)} />}
        <section className="faceted-main" aria-label="Traces">
          {!facetsOpen && (
            <div className="list-head">
              <Button kind="quiet" icon="filter" onClick={() => setFacetsOpen(true)}>
                Keys
              </Button>
            </div>
          )}
          {pages.isPending && <SkeletonRows rows={14} />}
          {none && (
            <p className="nothing">
              No trace of this range has such a span. Take a filter away, or choose a longer range.
            </p>
          )}
          {rows.length > 0 && (
            <TraceList
              rows={rows}
              more={pages.hasNextPage}
              loading={pages.isFetchingNextPage}
              onMore={() => void pages.fetchNextPage()}
              onOpen={open}
            />
          )}
        </section>
      </div>
    </>
  );
}

function toDots(rows: readonly FoundTrace[]): (Dot & { readonly traceId: string })[] {
  return rows
    .map((row) => ({
      traceId: row.traceId,
      time: Date.parse(row.time),
      value: Math.max(1, row.duration),
      name: `${row.rootService} ${row.rootName}`,
      bad: row.errors > 0,
    }))
    .sort((a, b) => a.time - b.time);
}
