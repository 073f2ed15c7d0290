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
  /** Pixels that it has at least … */
  readonly least: number;
  /** … and its share of what is left. */
  readonly grows?: number;
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

/** The tracks of a grid with these columns, and what it needs at least. */
export function gridOf(columns: readonly RunColumn[]): { tracks: string; least: number } {
  const tracks = columns.map(({ least, grows }) =>
    grows === undefined ? `${least}px` : `minmax(${least}px, ${grows}fr)`,
  );
  return {
    tracks: `${EDGE}px ${tracks.join(' ')} ${EDGE}px`,
    least: columns.reduce((sum, { least }) => sum + least, 2 * EDGE),
  };
}

/** Of the boxes on the left, and of the pencil on the right. */
const EDGE = 34;

export const RUN_COLUMNS: readonly RunColumn[] = [
  {
    key: 'state',
    label: 'State',
    least: 106,
    usual: true,
    cell: ({ state }) => <StateBadge state={state} />,
  },
  {
    key: 'name',
    label: 'Run',
    least: 150,
    grows: 1.6,
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
    least: 150,
    grows: 1,
    usual: true,
    cell: (run) => <RunProgress run={run} />,
  },
  {
    key: 'loss',
    label: 'Loss',
    least: 72,
    number: true,
    usual: true,
    cell: ({ lastLoss }) =>
      lastLoss === undefined ? <span className="muted">–</span> : <Value value={Number(lastLoss)} />,
  },
  { key: 'curve', label: 'Loss curve', least: 104, usual: true, cell: (run) => <LossSpark run={run} /> },
  {
    key: 'duration',
    label: 'Duration',
    least: 84,
    sort: 'duration',
    number: true,
    usual: true,
    cell: ({ duration }) => (duration === 0 ? <span className="muted">–</span> : formatDuration(duration)),
  },
  {
    key: 'model',
    label: 'Model',
    least: 80,
    grows: 0.8,
    usual: true,
    cell: ({ model }, { filter }) => pickable(model, () => filter({ model }), 'the model'),
  },
  {
    key: 'dataset',
    label: 'Dataset',
    least: 80,
    grows: 0.8,
    usual: true,
    cell: ({ dataset }, { filter }) => pickable(dataset, () => filter({ dataset }), 'the dataset'),
  },
  {
    key: 'project',
    label: 'Project',
    least: 72,
    grows: 0.6,
    usual: true,
    cell: ({ project }, { filter }) => pickable(project, () => filter({ project }), 'the project'),
  },
  {
    key: 'tags',
    label: 'Tags',
    least: 80,
    grows: 0.8,
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
    least: 100,
    grows: 1,
    usual: false,
    cell: ({ notes }) => <span title={notes}>{notes}</span>,
  },
  {
    key: 'ranks',
    label: 'Ranks',
    least: 56,
    number: true,
    usual: false,
    cell: ({ ranks }) => ranks.length || <span className="muted">–</span>,
  },
  {
    key: 'starts',
    label: 'Starts',
    least: 56,
    number: true,
    usual: false,
    cell: ({ starts }) => starts,
  },
  {
    key: 'activity',
    label: 'Last heard of',
    least: 104,
    sort: 'activity',
    usual: false,
    cell: ({ lastReceivedAt }, context) => <Ago time={lastReceivedAt} {...context} />,
  },
  {
    key: 'start',
    label: 'Started',
    least: 84,
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
