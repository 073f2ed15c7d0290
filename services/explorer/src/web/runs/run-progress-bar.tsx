import { useQuery } from '@tanstack/react-query';
import { formatPercent } from '../ui/format-number.ts';
import { progressOf, readRunEnd } from './run-progress.ts';
import { type Run, runDetail } from './runs-query.ts';

/** How far a run is; its configuration is read to know where it ends. */
export function RunProgress({ run }: { readonly run: Run }) {
  // What is over needs no end; a configuration is sent once, so it does not grow old.
  const { data } = useQuery({
    ...runDetail(run.id),
    enabled: run.state !== 'finished',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { text, part } = progressOf(run, readRunEnd(data?.config));
  return (
    <span className="run-progress" title={part === undefined ? text : `${text}: ${formatPercent(part)}`}>
      <span className="run-progress-text">{text}</span>
      {part !== undefined && (
        <span className="run-progress-bar" data-state={run.state}>
          <span style={{ width: `${part * 100}%` }} />
        </span>
      )}
    </span>
  );
}
