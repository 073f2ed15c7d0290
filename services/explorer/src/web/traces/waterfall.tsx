import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { colourIndex, seriesToken } from '../charts/chart-theme.ts';
import { useShortcuts } from '../shell/shortcuts.tsx';
import { useListKeys } from '../shell/use-list-keys.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatDuration } from '../ui/format-number.ts';
import { Highlighted } from '../ui/highlighted.tsx';
import { Icon } from '../ui/icons.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import type { PlacedSpan, PlacedTrace } from './place-spans.ts';
import type { TraceSearch } from './traces-search.ts';
import { parentsOf, type Row, scaleSteps, toRows, toTree, withAncestors } from './waterfall-layout.ts';

interface WaterfallProps {
  readonly placed: PlacedTrace;
  readonly search: TraceSearch;
  readonly change: (changed: Partial<TraceSearch>) => void;
}

const ROW = 24;
/** Deeper rows are not moved in further: there would be no room for their names. */
const DEEPEST = 14;

/** Spans below one another and along their time; only those in sight exist. */
export function Waterfall({ placed, search, change }: WaterfallProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => toTree(placed.spans), [placed]);
  const only = useMemo(
    () => (search.q === undefined && !search.errors ? undefined : withAncestors(tree, fits(search))),
    [tree, search],
  );
  const rows = useMemo(() => toRows(tree, collapsed, only), [tree, collapsed, only]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 24,
  });
  const toggle = (spanId: string, collapse = !collapsed.has(spanId)) => {
    const next = new Set(collapsed);
    if (collapse) next.add(spanId);
    else next.delete(spanId);
    setCollapsed(next);
  };
  const { marked, mark } = useListKeys({
    count: rows.length,
    noun: 'span',
    onOpen: (index) =>
      change({ span: rows[index]!.span.spanId === search.span ? undefined : rows[index]!.span.spanId }),
    onClose: search.span === undefined ? undefined : () => change({ span: undefined }),
    onMove: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  });
  useShortcuts([
    {
      keys: 'ArrowLeft',
      label: 'Collapse the span',
      run: () => marked >= 0 && toggle(rows[marked]!.span.spanId, true),
    },
    {
      keys: 'ArrowRight',
      label: 'Expand the span',
      run: () => marked >= 0 && toggle(rows[marked]!.span.spanId, false),
    },
    {
      keys: 'e',
      label: 'Only spans with errors',
      run: () => change({ errors: search.errors ? undefined : true }),
    },
  ]);
  useScrollToOpen(rows, search.span, (index) => virtual.scrollToIndex(index, { align: 'center' }));
  const onSearch = useCallback((q: string | undefined) => change({ q }), [change]);
  const hasErrors = placed.spans.some(({ status }) => status === 'Error');
  return (
    <section className="waterfall" aria-label="Spans">
      <div className="toolbar">
        <SearchBox
          label="Search in the spans"
          placeholder="Name, service, attribute"
          value={search.q}
          onChange={onSearch}
        />
        {hasErrors && (
          <Button
            aria-pressed={search.errors === true}
            onClick={() => change({ errors: search.errors ? undefined : true })}
          >
            Errors only
          </Button>
        )}
        <Button kind="quiet" onClick={() => setCollapsed(collapsed.size > 0 ? new Set() : parentsOf(tree))}>
          {collapsed.size > 0 ? 'Expand all' : 'Collapse all'}
        </Button>
        {only !== undefined && <span className="muted">{formatCount(rows.length)} shown</span>}
      </div>
      <div className="waterfall-scale" aria-hidden="true">
        <span className="scale-name">Span</span>
        <div className="scale-steps">
          {scaleSteps(placed.duration).map((step) => (
            <span key={step} className="scale-step" style={{ left: `${(step / placed.duration) * 100}%` }}>
              {formatDuration(step)}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} className="waterfall-rows">
        <div role="tree" aria-label="Spans of the trace" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <SpanRow
              key={rows[index]!.span.spanId}
              row={rows[index]!}
              top={start}
              duration={placed.duration}
              wanted={search.q}
              marked={index === marked}
              open={rows[index]!.span.spanId === search.span}
              onToggle={() => toggle(rows[index]!.span.spanId)}
              onOpen={() => {
                mark(index);
                change({ span: rows[index]!.span.spanId });
              }}
            />
          ))}
        </div>
        {rows.length === 0 && <p className="nothing">No span of this trace fits.</p>}
      </div>
    </section>
  );
}

/** Once, when the trace is there: the address may name a span far down. */
function useScrollToOpen(
  rows: readonly Row<PlacedSpan>[],
  span: string | undefined,
  scrollTo: (index: number) => void,
) {
  const done = useRef(false);
  useEffect(() => {
    if (done.current) return;
    done.current = true;
    const index = rows.findIndex((row) => row.span.spanId === span);
    if (index > 0) scrollTo(index);
  });
}

function fits({ q, errors }: TraceSearch): (span: PlacedSpan) => boolean {
  const wanted = q?.toLowerCase() ?? '';
  return (span) => {
    if (errors && span.status !== 'Error') return false;
    if (wanted === '') return true;
    const texts = [
      span.name,
      span.service,
      span.spanId,
      span.statusMessage,
      ...Object.entries(span.attributes).flat(),
    ];
    return texts.some((text) => text.toLowerCase().includes(wanted));
  };
}

interface SpanRowProps {
  readonly row: Row<PlacedSpan>;
  readonly top: number;
  /** Of the whole trace, nanoseconds. */
  readonly duration: number;
  readonly wanted: string | undefined;
  readonly marked: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onOpen: () => void;
}

function SpanRow({ row, top, duration, wanted, marked, open, onToggle, onOpen }: SpanRowProps) {
  const { span, depth, below, collapsed, orphan } = row;
  const left = (span.start / duration) * 100;
  const width = (span.duration / duration) * 100;
  const bad = span.status === 'Error';
  const style = {
    transform: `translateY(${top}px)`,
    '--swatch': bad ? 'var(--sev-error)' : `var(--${seriesToken(colourIndex(span.service))})`,
  } as CSSProperties;
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-expanded={below > 0 ? !collapsed : undefined}
      aria-selected={open}
      className="span-row"
      data-marked={marked || undefined}
      data-open={open || undefined}
      style={style}
      onClick={(event) => {
        const onToggleSign = (event.target as Element).closest('.span-toggle svg') !== null;
        if (onToggleSign) onToggle();
        else onOpen();
      }}
      onKeyDown={(event) => event.key === 'Enter' && onOpen()}
    >
      <div className="span-name" style={{ paddingLeft: 6 + Math.min(depth, DEEPEST) * 14 }}>
        <span className="span-toggle" aria-hidden="true">
          {below > 0 && <Icon name={collapsed ? 'chevronRight' : 'chevronDown'} />}
        </span>
        <span className="swatch" />
        <span className="span-label" title={`${span.service}: ${span.name}`}>
          <Highlighted text={span.name} wanted={wanted} />
        </span>
        <span className="visually-hidden">
          , {span.service}, {formatDuration(span.duration)}
          {orphan && ', its parent has not come'}
          {bad && ', error'}
        </span>
        {bad && <Icon name="warning" />}
        {orphan && (
          <small className="muted" aria-hidden="true">
            parent has not come
          </small>
        )}
        {collapsed && (
          <small className="muted" aria-hidden="true">
            +{formatCount(below)}
          </small>
        )}
      </div>
      <div className="span-line" aria-hidden="true">
        <span className="span-bar" style={{ left: `${left}%`, width: `max(2px, ${width}%)` }} />
        {span.events.map((event, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: events may be alike in all
            key={index}
            className="span-event"
            title={event.name}
            style={{ left: `${eventPlace(span, event.time, duration)}%` }}
          />
        ))}
        <span
          className="span-duration"
          style={left + width > 78 ? { right: `${100 - left}%` } : { left: `${left + width}%` }}
        >
          {formatDuration(span.duration)}
        </span>
      </div>
    </div>
  );
}

/** Percent of the trace. Milliseconds are exact enough for a dot. */
function eventPlace(span: PlacedSpan, time: string, duration: number): number {
  const after = (Date.parse(time) - Date.parse(span.began)) * 1e6;
  return Math.max(0, Math.min(100, ((span.start + after) / duration) * 100));
}
