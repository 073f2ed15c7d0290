import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { formatCount } from '../../ui/format-number.ts';
import { Icon } from '../../ui/icons.tsx';
import type { MetricGroup } from '../curves/metric-groups.ts';
import { useKeptList } from '../kept.ts';
import { ChartCard } from './chart-card.tsx';
import { useChartScene } from './chart-scene.ts';

/** Pixels. */
const CHART = 168;
const CARD = CHART + 46;
const HEAD = 36;
const GAP = 12;
const LEAST_WIDTH = 330;

type Row =
  | { readonly kind: 'head'; readonly group: MetricGroup; readonly open: boolean }
  | { readonly kind: 'cards'; readonly group: string; readonly metrics: readonly string[] };

/** Charts in groups, of which only those in sight exist: ten thousand metrics cost no more than those that are seen. */
export function ChartGrid({ groups }: { readonly groups: readonly MetricGroup[] }) {
  const { x } = useChartScene().settings;
  const timed = x === 'time' || x === 'relative';
  const scroller = useRef<HTMLDivElement>(null);
  const across = useColumns(scroller);
  const [closed, , toggle] = useKeptList('runs.closed-groups', []);
  const rows = useMemo(
    () => (across === undefined ? [] : rowsOf(groups, across, closed)),
    [groups, across, closed],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]!.kind === 'head' ? HEAD : CARD + GAP),
    overscan: 1,
    paddingEnd: GAP,
    getItemKey: (index) => keyOf(rows[index]!),
  });
  // The heights of rows change with what they are.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the rows are others
  useEffect(() => virtual.measure(), [rows]);
  return (
    <div ref={scroller} className="chart-grid">
      <div className="chart-grid-all" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]!;
          const style = { transform: `translateY(${start}px)` };
          if (row.kind === 'head')
            return (
              <div key={key} className="chart-group" style={style}>
                <h2>
                  <button type="button" aria-expanded={row.open} onClick={() => toggle(row.group.name)}>
                    <Icon name={row.open ? 'chevronDown' : 'chevronRight'} />
                    {row.group.name}
                    <small>
                      {formatCount(row.group.metrics.length)}
                      {row.group.byTime && !timed && ' · by time: these have no step'}
                    </small>
                  </button>
                </h2>
              </div>
            );
          return (
            <div
              key={key}
              className="chart-row"
              style={{ ...style, gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))`, gap: GAP }}
            >
              {row.metrics.map((metric) => (
                <ChartCard key={metric} metric={metric} height={CHART} />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function rowsOf(groups: readonly MetricGroup[], across: number, closed: readonly string[]): Row[] {
  return groups.flatMap((group): Row[] => {
    const open = !closed.includes(group.name);
    const cards: Row[] = [];
    if (open)
      for (let at = 0; at < group.metrics.length; at += across)
        cards.push({ kind: 'cards', group: group.name, metrics: group.metrics.slice(at, at + across) });
    return [{ kind: 'head', group, open }, ...cards];
  });
}

function keyOf(row: Row): string {
  return row.kind === 'head' ? `head ${row.group.name}` : `${row.group} ${row.metrics[0]}`;
}

/** How many charts fit beside each other; undefined until that is known, so that none is made in vain. */
function useColumns(element: React.RefObject<HTMLElement | null>): number | undefined {
  const [columns, setColumns] = useState<number>();
  useLayoutEffect(() => {
    const look = () =>
      setColumns(Math.max(1, Math.floor(((element.current?.clientWidth ?? 0) - 20) / (LEAST_WIDTH + GAP))));
    const sized = new ResizeObserver(look);
    sized.observe(element.current!);
    look();
    return () => sized.disconnect();
  }, [element]);
  return columns;
}
