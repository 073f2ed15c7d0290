import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ViewFrame } from '../shell/view-frame.tsx';
import { dayAndTime } from '../time/format-time.ts';
import { useTime } from '../time/time-context.tsx';
import { absoluteRange, rangeWith } from '../time/time-range.ts';
import { parseTimeText } from '../time/time-text.ts';
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

/** The address without a moment and its range. */
const NOW = { at: undefined, record: undefined, from: undefined, to: undefined };

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
        onClick={() =>
          change({
            ...(search.at !== undefined && NOW),
            tail: search.tail ? undefined : true,
            record: undefined,
          })
        }
      >
        Live
      </Button>
      {search.at !== undefined && (
        <Button icon="clock" onClick={() => change(NOW)}>
          Back to now
        </Button>
      )}
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
  const at = useMoment(search.at, change);
  const asked = reading && at === undefined ? held : time.asked;
  if (!reading && held !== time.asked) setHeld(time.asked);
  const pages = useInfiniteQuery(logPages(asked, filter, search.at));
  const tail = useLogTail(filter, {
    on: search.tail === true && at === undefined,
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

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const older = useMemo(
    () => ({ more: hasNextPage, loading: isFetchingNextPage, onMore: () => void fetchNextPage() }),
    [hasNextPage, isFetchingNextPage, fetchNextPage],
  );
  const { hasPreviousPage, isFetchingPreviousPage, fetchPreviousPage } = pages;
  const newer = useMemo(
    () => ({
      more: hasPreviousPage,
      loading: isFetchingPreviousPage,
      onMore: () => void fetchPreviousPage(),
    }),
    [hasPreviousPage, isFetchingPreviousPage, fetchPreviousPage],
  );

  if (pages.isError && pages.data === undefined)
    return (
      <Failure what="The logs could not be read" error={pages.error} onRetry={() => void pages.refetch()} />
    );
  const none = pages.isSuccess && rows.length === 0 && !hasPreviousPage;
  if (none && Object.keys(filter).length === 0) return <LogsEmpty tail={search.tail === true} />;
  return (
    <>
      <LogHistogram asked={time.asked} filter={filter} />
      <div className="faceted" data-facets={facetsOpen ? 'open' : 'closed'}>
        {facetsOpen && <LogFacets search={search} change={change} onClose={() => setFacetsOpen(false)} />}
        <section className="faceted-main" aria-label="Log records">
          <LogListHead
            facetsOpen={facetsOpen}
            onFacets={() => setFacetsOpen(true)}
            tail={tail}
            on={search.tail === true}
            at={at}
            onRelease={() => {
              change({ record: undefined });
              document.querySelector('.log-list')?.scrollTo({ top: 0 });
              tail.release();
            }}
          />
          {pages.isPending && <SkeletonRows rows={16} height={26} />}
          {none && (
            <p className="nothing">
              Nothing in this range fits. Take a filter away, or choose a longer range.
            </p>
          )}
          <LogList
            key={at === undefined ? 'now' : JSON.stringify([at, filter])}
            rows={rows}
            at={at}
            newer={newer}
            older={older}
            wanted={search.q}
            open={search.record}
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

/**
 * The moment of the address, milliseconds since 1970. The range around it stands still and has it in it: the address is put
 * right where it is not so.
 */
function useMoment(text: string | undefined, change: PartProps['change']): number | undefined {
  const time = useTime();
  const at = text === undefined ? undefined : parseTimeText(text, 0);
  const range = at === undefined ? time.range : rangeWith(time.range, at);
  const wrong = at !== undefined && (time.live || range !== time.range);
  const { from, to } = absoluteRange(range);
  useEffect(() => {
    if (wrong) change({ from, to } as object);
  }, [wrong, from, to, change]);
  return at;
}

interface HeadProps {
  readonly facetsOpen: boolean;
  readonly onFacets: () => void;
  readonly tail: ReturnType<typeof useLogTail>;
  readonly on: boolean;
  readonly at: number | undefined;
  /** Back to the newest, with all that came in. */
  readonly onRelease: () => void;
}

function LogListHead({ facetsOpen, onFacets, tail, on, at, onRelease }: HeadProps) {
  const { zone } = useTime();
  if (facetsOpen && !on && at === undefined) return null;
  return (
    <div className="list-head">
      {!facetsOpen && (
        <Button kind="quiet" icon="filter" onClick={onFacets}>
          Keys
        </Button>
      )}
      {at !== undefined && (
        <span className="muted">Around {dayAndTime(at, zone)}: scroll up for newer records</span>
      )}
      {on && at === undefined && (
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
