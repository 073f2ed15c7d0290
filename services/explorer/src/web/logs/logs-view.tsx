import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { ViewFrame } from '../shell/view-frame.tsx';
import { useTime } from '../time/time-context.tsx';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Failure } from '../ui/failure.tsx';
import { FilterChips, FilterInput, listOf } from '../ui/filter-bar.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Select } from '../ui/select.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { type AttributeFilter, withFilter } from '../url/attribute-filter.ts';
import { LogContextDialog } from './log-context-dialog.tsx';
import { LogFacets } from './log-facets.tsx';
import { LogHistogram } from './log-histogram.tsx';
import { LogList } from './log-list.tsx';
import { LogsEmpty } from './logs-empty.tsx';
import { logFilter, logPages } from './logs-query.ts';
import { LOGS_SEARCH, type LogsSearch } from './logs-search.ts';
import { SEVERITIES, type Severity } from './severity.ts';
import { useLogTail } from './use-log-tail.ts';

const route = getRouteApi('/logs');

/** Log records: how many over time, which keys they have, and themselves, the newest first. */
export function LogsView() {
  const search = route.useSearch() as LogsSearch;
  const navigate = useNavigate();
  const change = useCallback(
    (changed: { [K in keyof LogsSearch]?: LogsSearch[K] | undefined }) =>
      void navigate({ to: '/logs', search: (before: object) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  return (
    <ViewFrame title="Logs" search={LOGS_SEARCH}>
      <LogToolbar search={search} change={change} />
      <Logs search={search} change={change} />
      {search.around !== undefined && (
        <LogContextDialog record={search.around} onClose={() => change({ around: undefined })} />
      )}
    </ViewFrame>
  );
}

interface PartProps {
  readonly search: LogsSearch;
  readonly change: (changed: { [K in keyof LogsSearch]?: LogsSearch[K] | undefined }) => void;
}

function LogToolbar({ search, change }: PartProps) {
  const onSearch = useCallback((q: string | undefined) => change({ q, record: undefined }), [change]);
  const onFilters = (filter: string[] | undefined) => change({ filter, record: undefined });
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to all screen readers yet
    <div className="toolbar" role="search">
      <SearchBox
        label="Search in the bodies"
        placeholder="Search in the bodies"
        value={search.q}
        onChange={onSearch}
      />
      <Select
        label="Least severity"
        value={search.severity ?? 'all'}
        options={[
          { value: 'all', label: 'Every severity' },
          ...SEVERITIES.filter((severity) => severity !== 'unset').map((severity) => ({
            value: severity,
            label: `${severity} and worse`,
          })),
        ]}
        onChange={(severity) =>
          change({
            severity: severity === 'all' ? undefined : (severity as Exclude<Severity, 'unset'>),
            record: undefined,
          })
        }
      />
      <FilterInput filters={search.filter} onChange={onFilters} />
      <Button
        icon={search.tail ? 'pause' : 'play'}
        aria-pressed={search.tail === true}
        onClick={() => change({ tail: search.tail ? undefined : true, record: undefined })}
      >
        Live
      </Button>
      {search.service !== undefined && (
        <Chip label={`service ${search.service}`} onRemove={() => change({ service: undefined })}>
          service = {search.service}
        </Chip>
      )}
      {search.run !== undefined && (
        <Chip label={`run ${search.run}`} onRemove={() => change({ run: undefined })}>
          run = {search.run}
        </Chip>
      )}
      {search.trace !== undefined && (
        <Chip label={`trace ${search.trace}`} onRemove={() => change({ trace: undefined })}>
          trace = {search.trace.slice(0, 8)}…
        </Chip>
      )}
      <FilterChips filters={search.filter} onChange={onFilters} />
    </div>
  );
}

function Logs({ search, change }: PartProps) {
  const time = useTime();
  const filter = useMemo(() => logFilter(search), [search]);
  const [facetsOpen, setFacetsOpen] = useState(() => matchMedia('(min-width: 900px)').matches);
  // While somebody reads further down, the list stays as it is.
  const [reading, setReading] = useState(false);
  const [held, setHeld] = useState(time.asked);
  const asked = reading ? held : time.asked;
  if (!reading && held !== time.asked) setHeld(time.asked);
  const pages = useInfiniteQuery(logPages(asked, filter));
  const tail = useLogTail(filter, {
    on: search.tail === true,
    paused: reading || search.record !== undefined,
  });
  const rows = useMemo(() => {
    const paged = pages.data?.pages.flatMap((page) => page.rows) ?? [];
    if (tail.rows.length === 0) return paged;
    const known = new Set(tail.rows.map(({ time: at, id }) => `${at}~${id}`));
    return [...tail.rows, ...paged.filter(({ time: at, id }) => !known.has(`${at}~${id}`))];
  }, [pages.data, tail.rows]);
  const addFilter = useCallback(
    (added: AttributeFilter) =>
      change({ filter: listOf(withFilter(search.filter, added)), record: undefined }),
    [change, search.filter],
  );

  if (pages.isError && pages.data === undefined)
    return (
      <Failure what="The logs could not be read" error={pages.error} onRetry={() => void pages.refetch()} />
    );
  const unfiltered = Object.keys(filter).length === 0;
  if (pages.isSuccess && rows.length === 0 && unfiltered) return <LogsEmpty tail={search.tail === true} />;
  return (
    <>
      <LogHistogram asked={time.asked} filter={filter} />
      <div className="logs-body" data-facets={facetsOpen ? 'open' : 'closed'}>
        {facetsOpen && <LogFacets search={search} change={change} onClose={() => setFacetsOpen(false)} />}
        <section className="logs-main" aria-label="Log records">
          <LogListHead
            facetsOpen={facetsOpen}
            onFacets={() => setFacetsOpen(true)}
            tail={tail}
            on={search.tail === true}
            onRelease={() => {
              change({ record: undefined });
              document.querySelector('.log-list')?.scrollTo({ top: 0 });
              tail.release();
            }}
          />
          {pages.isPending && <SkeletonRows rows={16} height={26} />}
          {pages.isSuccess && rows.length === 0 && (
            <p className="nothing">
              Nothing in this range fits. Take a filter away, or choose a longer range.
            </p>
          )}
          <LogList
            rows={rows}
            wanted={search.q}
            open={search.record}
            more={pages.hasNextPage}
            loading={pages.isFetchingNextPage}
            onMore={() => void pages.fetchNextPage()}
            onOpen={(record) => change({ record })}
            onAround={(around) => change({ around })}
            onFilter={addFilter}
            onReading={setReading}
          />
        </section>
      </div>
    </>
  );
}

interface HeadProps {
  readonly facetsOpen: boolean;
  readonly onFacets: () => void;
  readonly tail: ReturnType<typeof useLogTail>;
  readonly on: boolean;
  /** Back to the newest, with all that came in. */
  readonly onRelease: () => void;
}

function LogListHead({ facetsOpen, onFacets, tail, on, onRelease }: HeadProps) {
  if (facetsOpen && !on) return null;
  return (
    <div className="logs-head">
      {!facetsOpen && (
        <Button kind="quiet" icon="filter" onClick={onFacets}>
          Keys
        </Button>
      )}
      {on && (
        <span className="badge" data-kind={tail.state === 'open' ? 'good' : 'warn'} role="status">
          <span className="live-dot" />
          {tail.state === 'open' ? (tail.waiting > 0 ? 'Paused' : 'Live') : 'Connecting'}
        </span>
      )}
      {tail.waiting > 0 && (
        <Button kind="primary" icon="arrowUp" onClick={onRelease}>
          {tail.waiting} new
        </Button>
      )}
    </div>
  );
}
