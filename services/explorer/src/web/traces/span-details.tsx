import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LogRow } from '../logs/log-row.tsx';
import { recordKey } from '../logs/logs-query.ts';
import { fullTime } from '../time/format-time.ts';
import { useTime } from '../time/time-context.tsx';
import { absoluteRange, type RangeText } from '../time/time-range.ts';
import { Attributes } from '../ui/attributes.tsx';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatDuration } from '../ui/format-number.ts';
import { Icon } from '../ui/icons.tsx';
import { RunMomentLink } from '../ui/run-moment-link.tsx';
import type { AttributeFilter } from '../url/attribute-filter.ts';
import { nanosOf, type PlacedSpan, type PlacedTrace } from './place-spans.ts';
import { traceLogs } from './traces-query.ts';

interface SpanDetailsProps {
  readonly traceId: string;
  readonly placed: PlacedTrace;
  readonly span: PlacedSpan;
  readonly onClose: () => void;
  /** To the traces that have (or have not) such a span. */
  readonly onFilter: (filter: AttributeFilter) => void;
}

/** All that is in a span: what it was about, what happened in it, what it logged, and what it is linked to. */
export function SpanDetails({ traceId, placed, span, onClose, onFilter }: SpanDetailsProps) {
  const include = (key: string, value: string) => onFilter({ key, operator: 'eq', value });
  const exclude = (key: string, value: string) => onFilter({ key, operator: 'ne', value });
  const { zone } = useTime();
  const run = span.attributes['job.id'] ?? span.resource['job.id'];
  return (
    <aside className="span-details" aria-label={`Span ${span.name}`}>
      <div className="panel-head">
        <h2>{span.name}</h2>
        <IconButton icon="close" label="Close the span" keys="Esc" onClick={onClose} />
      </div>
      <dl className="span-facts">
        <dt>Service</dt>
        <dd>{span.service}</dd>
        <dt>Kind</dt>
        <dd>{span.kind}</dd>
        <dt>Status</dt>
        <dd>
          {span.status === 'Error' ? (
            <span className="badge" data-kind="bad">
              Error
            </span>
          ) : (
            span.status
          )}{' '}
          {span.statusMessage}
        </dd>
        <dt>Began</dt>
        <dd>
          {fullTime(Date.parse(span.began), zone)}{' '}
          <span className="muted">+{formatDuration(span.start)}</span>
        </dd>
        <dt>Took</dt>
        <dd>{formatDuration(span.duration)}</dd>
        <dt>Span id</dt>
        <dd>
          <code>{span.spanId}</code>
        </dd>
      </dl>
      <div className="log-ways span-section">
        {run !== undefined && <RunMomentLink run={run} at={span.began} />}
        <Link
          className="button"
          data-kind="plain"
          to="/logs"
          search={{ at: span.began, ...around(Date.parse(span.began)) }}
        >
          <Icon name="logs" />
          Logs of this moment
        </Link>
        <CopyButton text={JSON.stringify(span, null, 2)} label="Copy as JSON" />
      </div>
      {span.events.length > 0 && (
        <section className="span-section">
          <h3>Events</h3>
          <ol>
            {span.events.map((event, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: events may be alike in all
              <li key={index} className="span-event-item">
                <strong>{event.name}</strong>{' '}
                <span className="muted">
                  +{formatDuration(Number(nanosOf(event.time) - nanosOf(span.began)))}
                </span>
                {Object.keys(event.attributes).length > 0 && <Attributes values={event.attributes} />}
              </li>
            ))}
          </ol>
        </section>
      )}
      {span.links.length > 0 && (
        <section className="span-section">
          <h3>Links</h3>
          <ul>
            {span.links.map((link) => (
              <li key={`${link.traceId} ${link.spanId}`}>
                <Link to="/traces/$traceId" params={{ traceId: link.traceId }} search={{ span: link.spanId }}>
                  <code>
                    {link.traceId.slice(0, 16)}… / {link.spanId}
                  </code>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <SpanLogs traceId={traceId} placed={placed} spanId={span.spanId} />
      <section className="span-section">
        <h3>Attributes</h3>
        <Attributes values={span.attributes} onInclude={include} onExclude={exclude} />
      </section>
      <section className="span-section">
        <h3>Resource{span.scope !== '' && ` · ${span.scope}`}</h3>
        <Attributes values={span.resource} onInclude={include} onExclude={exclude} />
      </section>
    </aside>
  );
}

function SpanLogs({
  traceId,
  placed,
  spanId,
}: {
  readonly traceId: string;
  readonly placed: PlacedTrace;
  readonly spanId: string;
}) {
  const { data } = useQuery(
    traceLogs(traceId, { from: placed.start, to: placed.start + placed.duration / 1e6 }),
  );
  const rows = data?.rows.filter((record) => record.spanId === spanId) ?? [];
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <section className="span-section">
      <h3>
        Logs{' '}
        <Link
          to="/logs"
          search={{ trace: traceId, ...around(placed.start, placed.start + placed.duration / 1e6) }}
        >
          all {data.rows.length} of the trace
        </Link>
      </h3>
      {rows.length === 0 && <p className="muted">None of this span.</p>}
      <ol className="span-logs">
        {rows.map((record) => (
          <li key={recordKey(record)} className="log-item">
            <LogRow record={record} wanted={undefined} open={false} onToggle={() => {}} />
          </li>
        ))}
      </ol>
    </section>
  );
}

const AROUND = 5 * 60_000;

/** From some minutes before to some after. */
function around(from: number, to = from): RangeText {
  return absoluteRange({ from: Math.max(0, from - AROUND), to: to + AROUND });
}
