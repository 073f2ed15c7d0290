import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useEffect, useRef } from 'react';
import { useShortcuts } from '../shell/shortcuts.tsx';
import { useListKeys } from '../shell/use-list-keys.ts';
import { useTime } from '../time/time-context.tsx';
import { IconButton } from '../ui/button.tsx';
import { formatCount, formatNumber } from '../ui/format-number.ts';
import { Icon } from '../ui/icons.tsx';
import { groupRuns, type RunsRow } from './grouped-runs.ts';
import { gridOf, type RunColumn } from './runs-columns.tsx';
import { type Run, runOrder } from './runs-query.ts';
import type { RunsSearch } from './runs-search.ts';
import { useSeconds } from './use-seconds.ts';

export interface RunsTableProps {
  readonly runs: readonly Run[];
  /** Whether there are runs beyond these. */
  readonly more: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  readonly columns: readonly RunColumn[];
  readonly search: RunsSearch;
  readonly change: (changed: { [K in keyof RunsSearch]?: RunsSearch[K] | undefined }) => void;
  readonly onOpen: (run: Run) => void;
  readonly onEdit: (run: Run) => void;
  readonly onSelect: (id: string, extend: boolean) => void;
}

const ROW = 34;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 60;

/** Runs, of which only those in sight exist. */
export function RunsTable(props: RunsTableProps) {
  const { runs, more, loading, onMore, columns, search, onOpen, onEdit, onSelect } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = groupRuns(runs, search.group);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (index) => keyOf(rows[index]!),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const all = search.group !== undefined;
  useEffect(() => {
    if (more && !loading && (all || last >= rows.length - AHEAD)) onMore();
  }, [more, loading, all, last, rows.length, onMore]);
  const runAt = (index: number) => {
    const row = rows[index];
    return row?.kind === 'run' ? row.run : undefined;
  };
  const withRun = (index: number, act: (run: Run) => void) => {
    const run = runAt(index);
    if (run !== undefined) act(run);
  };
  const selected = new Set(search.selected);
  const { marked, mark } = useListKeys({
    count: rows.length,
    noun: 'run',
    onOpen: (index) => withRun(index, onOpen),
    onMove: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
    onClose: selected.size === 0 ? undefined : () => props.change({ selected: undefined }),
  });
  useShortcuts([
    { keys: 'x', label: 'Select the run', run: () => withRun(marked, ({ id }) => onSelect(id, false)) },
    { keys: 'e', label: 'Edit the run', run: () => withRun(marked, onEdit) },
  ]);
  const grid = gridOf(columns);
  const now = useSeconds(5);
  const { zone } = useTime();
  const context = { now, zone, filter: (changed: RunsSearch) => props.change(changed) };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that do not exist cannot be in a table of HTML
    <div
      ref={scroller}
      className="runs-table"
      role="table"
      aria-label="Runs"
      aria-rowcount={more ? -1 : rows.length + 1}
      style={{ '--columns': grid.tracks, '--least': `${grid.least}px` } as CSSProperties}
    >
      <RunsHead {...props} selected={selected} />
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup" className="runs-rows" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index]!;
          const style = { transform: `translateY(${start}px)` };
          if (row.kind === 'group')
            return <GroupRow key={key} row={row} index={index} style={style} by={search.group!} />;
          const { run } = row;
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            <div
              key={key}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              className="runs-row"
              data-marked={index === marked || undefined}
              data-selected={selected.has(run.id) || undefined}
              style={style}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as above */}
              <div role="cell" className="runs-cell" data-column="select">
                <input
                  type="checkbox"
                  aria-label={`Select ${run.name}`}
                  checked={selected.has(run.id)}
                  onChange={() => {}}
                  onClick={(event) => {
                    mark(index);
                    onSelect(run.id, event.shiftKey);
                  }}
                />
              </div>
              {columns.map(({ key: column, number, cell }) => (
                // biome-ignore lint/a11y/useSemanticElements: as above
                <div
                  key={column}
                  role="cell"
                  className="runs-cell"
                  data-column={column}
                  data-number={number || undefined}
                >
                  {cell(run, context)}
                </div>
              ))}
              {/* biome-ignore lint/a11y/useSemanticElements: as above */}
              <div role="cell" className="runs-cell" data-column="edit">
                <IconButton icon="edit" label={`Edit ${run.name}`} keys="e" onClick={() => onEdit(run)} />
              </div>
            </div>
          );
        })}
      </div>
      {loading && <p className="list-end">Loading more runs …</p>}
    </div>
  );
}

function keyOf(row: RunsRow): string {
  return row.kind === 'group' ? `group ${row.name}` : `run ${row.run.id}`;
}

interface GroupRowProps {
  readonly row: Extract<RunsRow, { kind: 'group' }>;
  readonly index: number;
  readonly style: CSSProperties;
  readonly by: string;
}

function GroupRow({ row: { name, runs }, index, style, by }: GroupRowProps) {
  const going = runs.filter(({ state }) => state === 'running').length;
  const losses = runs.map(({ lastLoss }) => Number(lastLoss)).filter(Number.isFinite);
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that do not exist cannot be in a table of HTML
    <div role="row" tabIndex={-1} aria-rowindex={index + 2} className="runs-row runs-group" style={style}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="cell" className="runs-group-cell">
        <strong>{name === '' ? `Without a ${by}` : name}</strong>
        <span>
          {formatCount(runs.length)} {runs.length === 1 ? 'run' : 'runs'}
        </span>
        {going > 0 && <span>{going} running</span>}
        {losses.length > 0 && <span>least loss {formatNumber(Math.min(...losses))}</span>}
      </div>
    </div>
  );
}

function RunsHead({
  runs,
  columns,
  search,
  change,
  selected,
}: RunsTableProps & { readonly selected: ReadonlySet<string> }) {
  const { sort, order } = runOrder(search);
  const all = runs.length > 0 && runs.every(({ id }) => selected.has(id));
  const some = !all && runs.some(({ id }) => selected.has(id));
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = some;
  }, [some]);
  const by = (key: NonNullable<RunColumn['sort']>) => {
    const next = sort !== key ? undefined : order === 'descending' ? 'ascending' : 'descending';
    change({ sortBy: key === 'start' ? undefined : key, sortWay: next });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that do not exist cannot be in a table of HTML
    <div role="rowgroup" className="runs-head">
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="row" tabIndex={-1} aria-rowindex={1} className="runs-row">
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="columnheader" tabIndex={-1} className="runs-cell" data-column="select">
          <input
            ref={box}
            type="checkbox"
            aria-label="Select all that are shown"
            checked={all}
            onChange={() => change({ selected: all ? undefined : runs.slice(0, 100).map(({ id }) => id) })}
          />
        </div>
        {columns.map(({ key, label, sort: sorts, number }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={key}
            role="columnheader"
            tabIndex={-1}
            className="runs-cell"
            data-column={key}
            data-number={number || undefined}
            {...(sorts !== undefined && { 'aria-sort': sort === sorts ? order : 'none' })}
          >
            {sorts === undefined ? (
              label
            ) : (
              <button type="button" className="runs-sort" onClick={() => by(sorts)}>
                {label}
                {sort === sorts && <Icon name={order === 'descending' ? 'arrowDown' : 'arrowUp'} />}
              </button>
            )}
          </div>
        ))}
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="columnheader" tabIndex={-1} className="runs-cell">
          <span className="visually-hidden">Edit</span>
        </div>
      </div>
    </div>
  );
}
