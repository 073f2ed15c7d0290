import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { colourIndex, seriesToken } from '../charts/chart-theme.ts';
import { ViewFrame } from '../shell/view-frame.tsx';
import { fullTime } from '../time/format-time.ts';
import { useTime } from '../time/time-context.tsx';
import { absoluteRange, rangeWith } from '../time/time-range.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Failure } from '../ui/failure.tsx';
import { formatCount, formatDuration } from '../ui/format-number.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { type AttributeFilter, formatFilter } from '../url/attribute-filter.ts';
import { type PlacedSpan, placeSpans } from './place-spans.ts';
import { SpanDetails } from './span-details.tsx';
import { traceQuery } from './traces-query.ts';
import { TRACE_SEARCH, type TraceSearch } from './traces-search.ts';
import { Waterfall } from './waterfall.tsx';

const route = getRouteApi('/traces/$traceId');

/** One trace: its spans as a waterfall, and what is in the one that is open. */
export function TraceView() {
  const { traceId } = route.useParams();
  const search = route.useSearch() as TraceSearch;
  const navigate = useNavigate();
  const { data, error, isError, refetch } = useQuery(traceQuery(traceId));
  const placed = useMemo(() => (data === undefined ? undefined : placeSpans(data.spans)), [data]);
  const change = useCallback(
    (changed: Partial<TraceSearch>) =>
      void navigate({
        to: '/traces/$traceId',
        params: { traceId },
        search: (before) => ({ ...before, ...changed }),
        replace: true,
      }),
    [navigate, traceId],
  );
  const time = useTime();
  const onFilter = (filter: AttributeFilter) => {
    const range = rangeWith(time.range, placed?.start ?? time.range.from);
    void navigate({
      to: '/traces',
      search: { filter: [formatFilter(filter)], ...(range !== time.range && absoluteRange(range)) },
    });
  };
  const open = placed?.spans.find(({ spanId }) => spanId === search.span);
  const root = placed?.spans.find(({ parentSpanId }) => parentSpanId === '') ?? placed?.spans[0];
  return (
    <ViewFrame
      title={root === undefined ? 'Trace' : root.name}
      search={TRACE_SEARCH}
      timed={false}
      crumb={
        <Link to="/traces" className="crumb">
          Traces /
        </Link>
      }
      beside={<code className="muted wide-only">{traceId}</code>}
      tools={<CopyButton text={traceId} label="Copy id" />}
    >
      {isError && <Failure what="The trace could not be read" error={error} onRetry={() => void refetch()} />}
      {!isError && placed === undefined && <SkeletonRows rows={16} height={24} />}
      {placed !== undefined && (
        <>
          <TraceSummary placed={placed} more={data?.more === true} />
          <div className="trace-body" data-open={open !== undefined || undefined}>
            <Waterfall placed={placed} search={search} change={change} />
            {open !== undefined && (
              <SpanDetails
                traceId={traceId}
                placed={placed}
                span={open}
                onClose={() => change({ span: undefined })}
                onFilter={onFilter}
              />
            )}
          </div>
        </>
      )}
    </ViewFrame>
  );
}

function TraceSummary({
  placed,
  more,
}: {
  readonly placed: ReturnType<typeof placeSpans>;
  readonly more: boolean;
}) {
  const { zone } = useTime();
  const services = Map.groupBy<string, PlacedSpan>(placed.spans, ({ service }) => service);
  const errors = placed.spans.filter(({ status }) => status === 'Error').length;
  return (
    <div className="trace-summary">
      <span>{fullTime(placed.start, zone)}</span>
      <strong>{formatDuration(placed.duration)}</strong>
      <span>
        {formatCount(placed.spans.length)} spans{more && ' (the first of more)'}
      </span>
      {errors > 0 && (
        <span className="badge" data-kind="bad">
          {formatCount(errors)} {errors === 1 ? 'error' : 'errors'}
        </span>
      )}
      {[...services].map(([service, spans]) => (
        <span key={service} className="legend-item">
          <span
            className="swatch"
            style={{ '--swatch': `var(--${seriesToken(colourIndex(service))})` } as React.CSSProperties}
          />
          {service} {formatCount(spans.length)}
        </span>
      ))}
    </div>
  );
}
