import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useListKeys } from '../shell/use-list-keys.ts';
import type { AttributeFilter } from '../url/attribute-filter.ts';
import { LogDetails } from './log-details.tsx';
import { LogRow } from './log-row.tsx';
import { type LogRecord, recordKey } from './logs-query.ts';

interface LogListProps {
  readonly rows: readonly LogRecord[];
  /** What is looked for in the bodies. */
  readonly wanted: string | undefined;
  /** The key of the record that is open. */
  readonly open: string | undefined;
  readonly more: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  readonly onOpen: (record: string | undefined) => void;
  readonly onAround: (record: string) => void;
  readonly onFilter: (filter: AttributeFilter) => void;
  /** Whether somebody has scrolled away from the newest. */
  readonly onReading: (reading: boolean) => void;
}

const ROW = matchMedia('(max-width: 640px)').matches ? 41 : 26;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 40;

/** Records, of which only those in sight exist. */
export function LogList(props: LogListProps) {
  const { rows, wanted, open, more, loading, onMore, onOpen, onAround, onFilter, onReading } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
    getItemKey: (index) => `${recordKey(rows[index]!)}~${index}`,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last >= rows.length - AHEAD) onMore();
  }, [more, loading, last, rows.length, onMore]);
  const toggle = (index: number) => {
    const key = recordKey(rows[index]!);
    onOpen(key === open ? undefined : key);
  };
  const { marked, mark } = useListKeys({
    count: rows.length,
    noun: 'record',
    onOpen: toggle,
    onClose: open === undefined ? undefined : () => onOpen(undefined),
    onMove: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  });
  return (
    <div
      ref={scroller}
      className="log-list"
      onScroll={(event) => onReading(event.currentTarget.scrollTop > ROW)}
    >
      <ol style={{ height: virtual.getTotalSize() }} aria-label="Log records, newest first">
        {items.map(({ index, key, start }) => {
          const record = rows[index]!;
          const isOpen = recordKey(record) === open;
          return (
            <li
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              className="log-item"
              data-marked={index === marked || undefined}
              style={{ transform: `translateY(${start}px)` }}
            >
              <LogRow
                record={record}
                wanted={wanted}
                open={isOpen}
                onToggle={() => {
                  mark(index);
                  toggle(index);
                }}
              />
              {isOpen && (
                <LogDetails record={record} wanted={wanted} onAround={onAround} onFilter={onFilter} />
              )}
            </li>
          );
        })}
      </ol>
      {loading && <p className="list-end">Loading older records …</p>}
      {!more && rows.length > 0 && <p className="list-end">The oldest record of this range</p>}
    </div>
  );
}
