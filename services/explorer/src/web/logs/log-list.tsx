import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useListKeys } from '../shell/use-list-keys.ts';
import type { AttributeFilter } from '../url/attribute-filter.ts';
import { LogDetails } from './log-details.tsx';
import { LogRow } from './log-row.tsx';
import { type LogRecord, recordKey } from './logs-query.ts';

interface Pages {
  readonly more: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
}

interface LogListProps {
  readonly rows: readonly LogRecord[];
  /** Where it opens: the first record that is not after this moment. Without one, at the newest. */
  readonly at: number | undefined;
  /** Whether there are newer ones than the first, which are asked for when it comes near. */
  readonly newer: Pages;
  readonly older: Pages;
  /** What is looked for in the bodies. */
  readonly wanted: string | undefined;
  /** The key of the record that is open. */
  readonly open: string | undefined;
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
  const { rows, at, newer, older, wanted, open, onOpen, onAround, onFilter, onReading } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const keys = useMemo(() => rowKeys(rows), [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
    getItemKey: (index) => keys[index]!,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (older.more && !older.loading && last >= rows.length - AHEAD) older.onMore();
  }, [older, last, rows.length]);
  useEffect(() => {
    if (newer.more && !newer.loading && first <= AHEAD) newer.onMore();
  }, [newer, first]);
  const moment = useMemo(
    () => (at === undefined ? -1 : rows.findIndex(({ time }) => Date.parse(time) <= at)),
    [rows, at],
  );
  useStay(scroller, keys, { on: at !== undefined, opensAtEnd: moment === -1 });
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
              data-moment={index === moment || undefined}
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
      {older.loading && <p className="list-end">Loading older records …</p>}
      {!older.more && rows.length > 0 && <p className="list-end">The oldest record of this range</p>}
    </div>
  );
}

/** A key for each row that stays its own when others come before it; records that are alike in all are counted. */
function rowKeys(rows: readonly LogRecord[]): string[] {
  const counts = new Map<string, number>();
  return rows.map((row) => {
    const key = recordKey(row);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return `${key}~${count}`;
  });
}

/**
 * Keeps what is in sight where it is when rows come above it. The first time there is room to see some of them; where all
 * are newer than the moment, the oldest is the nearest to it.
 */
function useStay(
  scroller: RefObject<HTMLDivElement | null>,
  keys: readonly string[],
  { on, opensAtEnd }: { readonly on: boolean; readonly opensAtEnd: boolean },
): void {
  const before = useRef<{ readonly first?: string | undefined; readonly came: boolean }>({ came: false });
  useLayoutEffect(() => {
    const { first, came } = before.current;
    const above = !on ? 0 : first !== undefined ? keys.indexOf(first) : opensAtEnd ? keys.length : 0;
    before.current = { first: keys[0], came: came || above > 0 };
    const list = scroller.current;
    if (above > 0 && list !== null)
      list.scrollTop += above * ROW - (came ? 0 : Math.min(above * ROW, list.clientHeight / 3));
  }, [scroller, keys, on, opensAtEnd]);
}
