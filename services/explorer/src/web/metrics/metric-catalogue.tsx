import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useMemo, useRef } from 'react';
import { useListKeys } from '../shell/use-list-keys.ts';
import { Highlighted } from '../ui/highlighted.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import type { CatalogueEntry } from './metrics-query.ts';
import type { MetricsSearch } from './metrics-search.ts';

interface MetricCatalogueProps {
  readonly rows: readonly CatalogueEntry[];
  readonly search: MetricsSearch;
  readonly change: (changed: Partial<MetricsSearch>) => void;
  readonly open: CatalogueEntry | undefined;
}

const ROW = 44;

/** What there is, by name. Ten thousand names are no more work than ten. */
export function MetricCatalogue({ rows, search, change, open }: MetricCatalogueProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const wanted = search.q?.toLowerCase() ?? '';
    return rows.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted));
  }, [rows, search.q]);
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const choose = ({ name, type }: CatalogueEntry) =>
    change({
      metric: name,
      type,
      aggregation: undefined,
      across: undefined,
      by: undefined,
      filter: undefined,
    });
  const { marked } = useListKeys({
    count: found.length,
    noun: 'metric',
    onOpen: (index) => choose(found[index]!),
    onMove: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  });
  const onSearch = useCallback((q: string | undefined) => change({ q }), [change]);
  return (
    <aside className="catalogue" aria-label="Catalogue of metrics">
      <div className="catalogue-head">
        <SearchBox
          label="Search in the metrics"
          placeholder={`${rows.length} metrics`}
          value={search.q}
          onChange={onSearch}
        />
      </div>
      <div ref={scroller} className="catalogue-list">
        <ul style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const entry = found[index]!;
            return (
              <li key={`${entry.name} ${entry.type}`} style={{ transform: `translateY(${start}px)` }}>
                <button
                  type="button"
                  className="catalogue-item"
                  aria-current={entry === open ? 'true' : undefined}
                  data-marked={index === marked || undefined}
                  onClick={() => choose(entry)}
                >
                  <span className="catalogue-name">
                    <Highlighted text={entry.name} wanted={search.q} />
                  </span>
                  <small>
                    {entry.type.replace('_', ' ')}
                    {entry.unit !== '' && ` · ${entry.unit}`} · {entry.services.join(', ')}
                  </small>
                </button>
              </li>
            );
          })}
        </ul>
        {found.length === 0 && <p className="nothing">No metric has this in its name.</p>}
      </div>
    </aside>
  );
}
