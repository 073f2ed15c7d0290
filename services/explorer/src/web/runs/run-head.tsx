import { Link } from '@tanstack/react-router';
import { fullTime } from '../time/format-time.ts';
import { useTime } from '../time/time-context.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatDuration } from '../ui/format-number.ts';
import { Icon } from '../ui/icons.tsx';
import { progressOf, readRunEnd } from './run-progress.ts';
import type { RunDetail } from './runs-query.ts';

/** What is to be known of a run at a glance. */
export function RunHead({ run }: { readonly run: RunDetail }) {
  const { zone } = useTime();
  const { text, part } = progressOf(run, readRunEnd(run.config));
  const started = run.startedAt === undefined ? undefined : Date.parse(run.startedAt);
  return (
    <div className="run-head">
      <dl className="run-facts">
        <Fact name="Model" value={run.model} />
        <Fact name="Dataset" value={run.dataset} />
        <Fact name="Project" value={run.project} />
        <Fact name="Duration" value={formatDuration(run.duration)} />
        <div>
          <dt>Progress</dt>
          <dd>
            {text}
            {part !== undefined && (
              <span className="run-progress-bar" data-state={run.state}>
                <span style={{ width: `${part * 100}%` }} />
              </span>
            )}
          </dd>
        </div>
        {started !== undefined && <Fact name="Started" value={fullTime(started, zone).slice(0, 19)} />}
        {run.ranks.length > 0 && <Fact name="Ranks" value={String(run.ranks.length)} />}
        {run.starts > 1 && (
          <Fact name="Resumed" value={run.starts === 2 ? 'once' : `${run.starts - 1} times`} />
        )}
        <div className="run-id">
          <dt>Id</dt>
          <dd>
            <code>{run.id}</code>
            <CopyButton text={run.id} label="Copy" />
          </dd>
        </div>
      </dl>
      {(run.tags.length > 0 || Object.keys(run.labels).length > 0 || run.notes !== '') && (
        <div className="run-said">
          {run.tags.map((tag) => (
            <Link key={tag} className="run-tag" to="/runs" search={{ tag }}>
              {tag}
            </Link>
          ))}
          {Object.entries(run.labels).map(([key, value]) => (
            <Link
              key={key}
              className="run-tag"
              data-kind="label"
              to="/runs"
              search={{ label: [`${key}:${value}`] }}
            >
              {key}={value}
            </Link>
          ))}
          {run.notes !== '' && <p>{run.notes}</p>}
        </div>
      )}
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  if (value === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** To the logs and traces of a run, over all of its time. */
export function RunLinks({ run }: { readonly run: RunDetail }) {
  const from = run.startedAt ?? run.lastReceivedAt;
  const range = { from: clipped(from, -60_000), to: clipped(run.finishedAt ?? run.lastReceivedAt, 60_000) };
  const asked = run.state === 'running' ? { ...range, to: 'now' } : range;
  return (
    <>
      <Link className="button" data-kind="quiet" to="/logs" search={{ run: run.id, ...asked }}>
        <Icon name="logs" />
        Logs
      </Link>
      <Link className="button" data-kind="quiet" to="/traces" search={{ run: run.id, ...asked }}>
        <Icon name="traces" />
        Traces
      </Link>
      <Link className="button" data-kind="quiet" to="/compare" search={{ runs: [run.id] }}>
        <Icon name="compare" />
        Compare
      </Link>
    </>
  );
}

/** Whole milliseconds, a little before or after. */
function clipped(time: string, by: number): string {
  return new Date(Date.parse(time) + by).toISOString();
}
