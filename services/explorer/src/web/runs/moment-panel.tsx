import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import { LogRow } from '../logs/log-row.tsx';
import { preciseTime } from '../time/format-time.ts';
import { useTime } from '../time/time-context.tsx';
import { absoluteRange, type RangeText } from '../time/time-range.ts';
import { IconButton } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { formatDuration } from '../ui/format-number.ts';
import { Segmented } from '../ui/segmented.tsx';
import { Select } from '../ui/select.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import type { RunSearch } from './runs-search.ts';

export const AROUND_MILLIS = {
  '2s': 2_000,
  '30s': 30_000,
  '1m': 60_000,
  '5m': 300_000,
  '30m': 1_800_000,
} as const;

interface MomentPanelProps {
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly around: NonNullable<RunSearch['around']>;
  readonly onAround: (around: NonNullable<RunSearch['around']>) => void;
  readonly onClose: () => void;
}

const MOST = '200';

/** What a run logged and did around a moment. */
export function MomentPanel({ run, at, around, onAround, onClose }: MomentPanelProps) {
  const { zone } = useTime();
  const [tab, setTab] = useState<'logs' | 'spans'>('logs');
  const half = AROUND_MILLIS[around];
  const range = absoluteRange({ from: at - half, to: at + half });
  return (
    <aside className="moment" aria-label={`Around ${preciseTime(at, zone)}`}>
      <div className="moment-head">
        <h2>
          <time dateTime={new Date(at).toISOString()}>{preciseTime(at, zone)}</time>
        </h2>
        <Select
          label="How far around"
          value={around}
          options={Object.keys(AROUND_MILLIS).map((value) => ({ value, label: `± ${value}` }))}
          onChange={(value) => onAround(value as NonNullable<RunSearch['around']>)}
        />
        <IconButton icon="close" label="Close" keys="Esc" onClick={onClose} />
      </div>
      <div className="moment-head">
        <Segmented
          label="What"
          value={tab}
          options={[
            { value: 'logs', label: 'Logs' },
            { value: 'spans', label: 'Spans' },
          ]}
          onChange={setTab}
        />
        {tab === 'logs' ? (
          <Link
            className="button"
            data-kind="quiet"
            to="/logs"
            search={{ run, ...range, at: new Date(at).toISOString() }}
          >
            All logs
          </Link>
        ) : (
          <Link className="button" data-kind="quiet" to="/traces" search={{ run, ...range }}>
            All traces
          </Link>
        )}
      </div>
      {tab === 'logs' ? <Logs run={run} at={at} range={range} /> : <Spans run={run} range={range} at={at} />}
    </aside>
  );
}

interface ListProps {
  readonly run: string;
  readonly at: number;
  readonly range: RangeText;
}

function Logs({ run, at, range }: ListProps) {
  const [open, setOpen] = useState<string>();
  const { data, error, isError } = useQuery({
    queryKey: ['runs', 'logs-around', run, range],
    queryFn: ({ signal }) =>
      readAnswer(
        api.logs.$get({ query: { ...range, run, order: 'newer', limit: MOST } }, { init: { signal } }),
      ),
    placeholderData: keepPreviousData,
  });
  if (isError) return <Failure what="The logs could not be read" error={error} />;
  if (data === undefined) return <SkeletonRows rows={10} height={26} />;
  if (data.rows.length === 0)
    return <p className="nothing">The run logged nothing here. Look further around.</p>;
  const next = data.rows.findIndex(({ time }) => Date.parse(time) >= at);
  return (
    <ol className="moment-list" aria-label="Logs around this moment">
      {data.rows.map((record, index) => {
        const key = `${record.time}~${record.id}`;
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: records may be alike in all
            key={`${key}~${index}`}
            className="log-item"
            data-now={index === next || undefined}
          >
            <LogRow
              record={record}
              wanted={undefined}
              open={key === open}
              onToggle={() => setOpen(key === open ? undefined : key)}
            />
            {key === open && (
              <div className="moment-open">
                <pre>{record.body || record.eventName}</pre>
                {record.traceId !== '' && (
                  <Link to="/traces/$traceId" params={{ traceId: record.traceId }}>
                    To its trace
                  </Link>
                )}
              </div>
            )}
          </li>
        );
      })}
      {data.more && <li className="list-end">There are more: look at all logs.</li>}
    </ol>
  );
}

function Spans({ run, at, range }: ListProps) {
  const { zone } = useTime();
  const { data, error, isError } = useQuery({
    queryKey: ['runs', 'spans-around', run, range],
    queryFn: ({ signal }) =>
      readAnswer(
        api.spans.$get({ query: { ...range, run, order: 'newer', limit: MOST } }, { init: { signal } }),
      ),
    placeholderData: keepPreviousData,
  });
  if (isError) return <Failure what="The spans could not be read" error={error} />;
  if (data === undefined) return <SkeletonRows rows={10} height={26} />;
  if (data.rows.length === 0) return <p className="nothing">No span of the run here. Look further around.</p>;
  const next = data.rows.findIndex(({ start }) => Date.parse(start) >= at);
  return (
    <ol className="moment-list" aria-label="Spans around this moment">
      {data.rows.map((span, index) => (
        <li key={span.spanId} data-now={index === next || undefined}>
          <Link
            className="moment-span"
            to="/traces/$traceId"
            params={{ traceId: span.traceId }}
            search={{ span: span.spanId }}
          >
            <time>{preciseTime(Date.parse(span.start), zone)}</time>
            <span data-status={span.status}>{span.name}</span>
            <span className="muted">{span.service}</span>
            <span>{formatDuration(span.duration)}</span>
          </Link>
        </li>
      ))}
      {data.more && <li className="list-end">There are more: look at all traces.</li>}
    </ol>
  );
}
