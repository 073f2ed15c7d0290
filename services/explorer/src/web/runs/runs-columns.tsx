import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ago, fullTime, type TimeZone } from '../time/format-time.ts';
import { formatDuration, formatNumber } from '../ui/format-number.ts';
import { LossSpark } from './loss-spark.tsx';
import { RunProgress } from './run-progress-bar.tsx';
import type { Run } from './runs-query.ts';
import type { RunsSearch } from './runs-search.ts';
import { StateBadge } from './state-badge.tsx';

export interface CellContext {
  readonly now: number;
  readonly zone: TimeZone;
  /** Shows only runs with this. */
  readonly filter: (changed: RunsSearch) => void;
}

export interface RunColumn {
  readonly key: string;
  readonly label: string;
  /** As CSS has the width of a column of a grid. */
  readonly width: string;
  /** What the store can order by. */
  readonly sort?: 'start' | 'activity' | 'duration' | 'name';
  readonly number?: boolean;
  /** Whether it is there until somebody says otherwise. */
  readonly usual: boolean;
  readonly cell: (run: Run, context: CellContext) => ReactNode;
}

const pickable = (text: string, onPick: () => void, what: string) =>
  text === '' ? (
    <span className="muted">–</span>
  ) : (
    <button type="button" className="cell-pick" title={`Only ${what} ${text}`} onClick={onPick}>
      {text}
    </button>
  );

export const RUN_COLUMNS: readonly RunColumn[] = [
  {
    key: 'state',
    label: 'State',
    width: '106px',
    usual: true,
    cell: ({ state }) => <StateBadge state={state} />,
  },
  {
    key: 'name',
    label: 'Run',
    width: 'minmax(150px, 1.6fr)',
    sort: 'name',
    usual: true,
    cell: (run) => (
      <Link
        className="run-name"
        to="/runs/$runId"
        params={{ runId: run.id }}
        title={run.name === run.id ? run.id : `${run.name} (${run.id})`}
      >
        {run.name}
      </Link>
    ),
  },
  {
    key: 'progress',
    label: 'Progress',
    width: 'minmax(150px, 1fr)',
    usual: true,
    cell: (run) => <RunProgress run={run} />,
  },
  {
    key: 'loss',
    label: 'Loss',
    width: '72px',
    number: true,
    usual: true,
    cell: ({ lastLoss }) =>
      lastLoss === undefined ? <span className="muted">–</span> : <Value value={Number(lastLoss)} />,
  },
  { key: 'curve', label: 'Loss curve', width: '104px', usual: true, cell: (run) => <LossSpark run={run} /> },
  {
    key: 'duration',
    label: 'Duration',
    width: '84px',
    sort: 'duration',
    number: true,
    usual: true,
    cell: ({ duration }) => formatDuration(duration),
  },
  {
    key: 'model',
    label: 'Model',
    width: 'minmax(80px, 0.8fr)',
    usual: true,
    cell: ({ model }, { filter }) => pickable(model, () => filter({ model }), 'the model'),
  },
  {
    key: 'dataset',
    label: 'Dataset',
    width: 'minmax(80px, 0.8fr)',
    usual: true,
    cell: ({ dataset }, { filter }) => pickable(dataset, () => filter({ dataset }), 'the dataset'),
  },
  {
    key: 'project',
    label: 'Project',
    width: 'minmax(72px, 0.6fr)',
    usual: true,
    cell: ({ project }, { filter }) => pickable(project, () => filter({ project }), 'the project'),
  },
  {
    key: 'tags',
    label: 'Tags',
    width: 'minmax(80px, 0.8fr)',
    usual: true,
    cell: ({ tags, labels }, { filter }) => (
      <span className="run-tags">
        {tags.map((tag) => (
          <button
            key={tag}
            type="button"
            className="run-tag"
            title={`Only with the tag ${tag}`}
            onClick={() => filter({ tag })}
          >
            {tag}
          </button>
        ))}
        {Object.entries(labels).map(([key, value]) => (
          <button
            key={key}
            type="button"
            className="run-tag"
            data-kind="label"
            title={`Only with ${key} = ${value}`}
            onClick={() => filter({ label: [`${key}:${value}`] })}
          >
            {key}={value}
          </button>
        ))}
      </span>
    ),
  },
  {
    key: 'notes',
    label: 'Notes',
    width: 'minmax(100px, 1fr)',
    usual: false,
    cell: ({ notes }) => <span title={notes}>{notes}</span>,
  },
  {
    key: 'ranks',
    label: 'Ranks',
    width: '56px',
    number: true,
    usual: false,
    cell: ({ ranks }) => ranks.length || <span className="muted">–</span>,
  },
  {
    key: 'starts',
    label: 'Starts',
    width: '56px',
    number: true,
    usual: false,
    cell: ({ starts }) => starts,
  },
  {
    key: 'activity',
    label: 'Last heard of',
    width: '104px',
    sort: 'activity',
    usual: false,
    cell: ({ lastReceivedAt }, context) => <Ago time={lastReceivedAt} {...context} />,
  },
  {
    key: 'start',
    label: 'Started',
    width: '84px',
    sort: 'start',
    usual: true,
    cell: ({ startedAt }, context) =>
      startedAt === undefined ? <span className="muted">–</span> : <Ago time={startedAt} {...context} />,
  },
];

function Ago({ time, now, zone }: { readonly time: string; readonly now: number; readonly zone: TimeZone }) {
  const millis = Date.parse(time);
  return (
    <time dateTime={time} title={fullTime(millis, zone)}>
      {ago(millis, now)}
    </time>
  );
}

/** A value that may be none: that is bad news, and looks like it. */
export function Value({ value }: { readonly value: number }) {
  if (Number.isFinite(value)) return <span>{formatNumber(value)}</span>;
  return <span className="value-bad">{formatNumber(value)}</span>;
}
