import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ViewFrame } from '../shell/view-frame.tsx';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { useKeptList } from './kept.ts';
import { RUN_COLUMNS } from './runs-columns.tsx';
import { RunsEmpty } from './runs-empty.tsx';
import { type Run, runFilter, runOrder, runPages } from './runs-query.ts';
import { MOST_COMPARED, RUNS_SEARCH, type RunsSearch } from './runs-search.ts';
import { RunsSelection } from './runs-selection.tsx';
import { RunsTable } from './runs-table.tsx';
import { useRunsTail } from './runs-tail.ts';
import { RunsToolbar } from './runs-toolbar.tsx';
import { withSelected } from './with-selected.ts';

const DeleteRunsDialog = lazyPart(async () => (await import('./delete-runs-dialog.tsx')).DeleteRunsDialog);
const EditRunDialog = lazyPart(async () => (await import('./edit-run-dialog.tsx')).EditRunDialog);

const route = getRouteApi('/runs');
const USUAL = RUN_COLUMNS.filter(({ usual }) => usual).map(({ key }) => key);

/** All runs: how each stands, live, and the way into one or into several beside each other. */
export function RunsView() {
  const search = route.useSearch() as RunsSearch;
  const navigate = useNavigate();
  const change = useCallback(
    (changed: { [K in keyof RunsSearch]?: RunsSearch[K] | undefined }) =>
      void navigate({ to: '/runs', search: (before: object) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  const filter = useMemo(() => runFilter(search), [search]);
  const pages = useInfiniteQuery(runPages(filter, runOrder(search)));
  const live = useRunsTail();
  const runs = useMemo(() => pages.data?.pages.flatMap(({ rows }) => rows) ?? [], [pages.data]);
  const [kept, keep] = useKeptList('runs.columns', USUAL);
  const columns = useMemo(
    () => RUN_COLUMNS.filter(({ key }) => key === 'name' || kept.includes(key)),
    [kept],
  );
  const [edited, setEdited] = useState<Run>();
  const [deleted, setDeleted] = useState<readonly Run[]>();
  const from = useRef<string>(undefined);
  const select = (id: string, extend: boolean) => {
    const selected = withSelected(search.selected ?? [], id, {
      all: runs.map((run) => run.id),
      from: extend ? from.current : undefined,
    }).slice(0, MOST_COMPARED);
    from.current = id;
    change({ selected: selected.length === 0 ? undefined : selected });
  };

  return (
    <ViewFrame
      title="Runs"
      search={RUNS_SEARCH}
      timed={false}
      beside={<LiveBadge live={live} running={runs.filter(({ state }) => state === 'running').length} />}
    >
      <RunsToolbar search={search} change={change} runs={runs} columns={kept} onColumns={keep} />
      {pages.isError && pages.data === undefined && (
        <Failure what="The runs could not be read" error={pages.error} onRetry={() => void pages.refetch()} />
      )}
      {pages.isPending && <SkeletonRows rows={14} height={34} />}
      {pages.isSuccess && runs.length === 0 && Object.keys(filter).length === 0 && <RunsEmpty />}
      {pages.isSuccess && runs.length === 0 && Object.keys(filter).length > 0 && (
        <div className="nothing">
          <p>No run fits.</p>
          <Button
            onClick={() =>
              change({
                q: undefined,
                state: undefined,
                model: undefined,
                dataset: undefined,
                project: undefined,
                tag: undefined,
                label: undefined,
              })
            }
          >
            Show all runs
          </Button>
        </div>
      )}
      {runs.length > 0 && (
        <RunsTable
          runs={runs}
          more={pages.hasNextPage}
          loading={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
          columns={columns}
          search={search}
          change={change}
          onOpen={({ id }) => void navigate({ to: '/runs/$runId', params: { runId: id } })}
          onEdit={setEdited}
          onSelect={select}
        />
      )}
      <RunsSelection
        ids={search.selected ?? []}
        onClear={() => change({ selected: undefined })}
        onDelete={() => setDeleted(chosenOf(runs, search.selected ?? []))}
      />
      {edited !== undefined && (
        <EditRunDialog
          run={edited}
          onClose={() => setEdited(undefined)}
          onDelete={() => {
            setEdited(undefined);
            setDeleted([edited]);
          }}
        />
      )}
      {deleted !== undefined && deleted.length > 0 && (
        <DeleteRunsDialog
          runs={deleted}
          onClose={() => setDeleted(undefined)}
          onDeleted={() => {
            const gone = new Set(deleted.map(({ id }) => id));
            const left = search.selected?.filter((id) => !gone.has(id)) ?? [];
            setDeleted(undefined);
            change({ selected: left.length === 0 ? undefined : left });
          }}
        />
      )}
    </ViewFrame>
  );
}

/** Also those that are chosen but not loaded: they go by their id. */
function chosenOf(runs: readonly Run[], ids: readonly string[]): Run[] {
  const known = new Map(runs.map((run) => [run.id, run]));
  return ids.map((id) => known.get(id) ?? ({ id, name: id } as Run));
}

function LiveBadge({ live, running }: { readonly live: string; readonly running: number }) {
  return (
    <span className="badge" data-kind={live === 'open' ? 'good' : 'warn'} role="status">
      <span className="live-dot" />
      {live === 'open' ? (running > 0 ? `${running} running` : 'Live') : 'Connecting'}
    </span>
  );
}
