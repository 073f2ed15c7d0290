import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { colourIndex, seriesToken } from '../charts/chart-theme.ts';
import { useListKeys } from '../shell/use-list-keys.ts';
import { dayAndTime, fullTime } from '../time/format-time.ts';
import { useTime } from '../time/time-context.tsx';
import { formatCount, formatDuration } from '../ui/format-number.ts';
import type { FoundTrace } from './traces-query.ts';

interface TraceListProps {
  readonly rows: readonly FoundTrace[];
  readonly more: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  readonly onOpen: (traceId: string) => void;
}

const ROW = matchMedia('(max-width: 640px)').matches ? 44 : 30;
const AHEAD = 40;

/** Traces, the newest first, of which only those in sight exist. */
export function TraceList({ rows, more, loading, onMore, onOpen }: TraceListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last >= rows.length - AHEAD) onMore();
  }, [more, loading, last, rows.length, onMore]);
  const { marked } = useListKeys({
    count: rows.length,
    noun: 'trace',
    onOpen: (index) => onOpen(rows[index]!.traceId),
    onMove: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  });
  const longest = rows.reduce((most, { duration }) => Math.max(most, duration), 1);
  return (
    <div ref={scroller} className="trace-list">
      <div className="trace-head" aria-hidden="true">
        <span>Began</span>
        <span>Root</span>
        <span>Duration</span>
        <span>Spans</span>
        <span>Services</span>
      </div>
      <ol style={{ height: virtual.getTotalSize() }} aria-label="Traces, newest first">
        {items.map(({ index, start }) => (
          <li
            key={rows[index]!.traceId}
            style={{ transform: `translateY(${start}px)` }}
            data-marked={index === marked || undefined}
          >
            <TraceRow row={rows[index]!} longest={longest} />
          </li>
        ))}
      </ol>
      {loading && <p className="list-end">Loading older traces …</p>}
      {!more && <p className="list-end">The oldest trace of this range</p>}
    </div>
  );
}

function TraceRow({ row, longest }: { readonly row: FoundTrace; readonly longest: number }) {
  const { zone } = useTime();
  const at = Date.parse(row.start);
  return (
    <Link
      className="trace-row"
      to="/traces/$traceId"
      params={{ traceId: row.traceId }}
      data-bad={row.errors > 0 || undefined}
    >
      <time dateTime={row.start} title={fullTime(at, zone)}>
        {dayAndTime(at, zone)}
      </time>
      <span className="trace-root">
        <strong>{row.rootName === '' ? 'root has not come' : row.rootName}</strong>
        <small>{row.rootService}</small>
        {row.errors > 0 && (
          <span className="badge" data-kind="bad">
            {formatCount(row.errors)} {row.errors === 1 ? 'error' : 'errors'}
          </span>
        )}
      </span>
      <span className="trace-duration">
        <span style={{ width: `${barWidth(row.duration, longest)}%` }} />
        <b>{formatDuration(row.duration)}</b>
      </span>
      <span className="trace-count">{formatCount(row.spans)}</span>
      <span className="trace-services">
        {row.services.map((service) => (
          <span key={service}>
            <span
              className="swatch"
              style={{ '--swatch': `var(--${seriesToken(colourIndex(service))})` } as React.CSSProperties}
            />
            {service}
          </span>
        ))}
      </span>
    </Link>
  );
}

/** Percent, by the number of digits: one long trace must not make all others look alike. */
function barWidth(duration: number, longest: number): number {
  const digits = (nanos: number) => Math.log10(Math.max(nanos, 1e4)) - 4;
  return Math.max(1, (digits(duration) / Math.max(digits(longest), 1)) * 100);
}
