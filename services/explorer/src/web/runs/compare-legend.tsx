import { Link } from '@tanstack/react-router';
import { formatNumber } from '../ui/format-number.ts';
import { Icon } from '../ui/icons.tsx';
import type { RunLook } from './chart/drawn-line.ts';
import type { Run } from './runs-query.ts';
import { StateBadge } from './state-badge.tsx';

interface CompareLegendProps {
  readonly runs: readonly Run[];
  readonly looks: readonly RunLook[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
  readonly onOnly: (id: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onLight: (id: string | undefined) => void;
}

/** Which line is which run; points one out, or leaves it out. */
export function CompareLegend({
  runs,
  looks,
  hidden,
  onToggle,
  onOnly,
  onRemove,
  onLight,
}: CompareLegendProps) {
  return (
    <aside className="compare-legend" aria-label="Runs that are compared">
      <ul onMouseLeave={() => onLight(undefined)}>
        {runs.map((run, index) => {
          const look = looks[index]!;
          const shown = !hidden.has(run.id);
          return (
            <li
              key={run.id}
              data-hidden={!shown || undefined}
              onMouseEnter={() => onLight(shown ? run.id : undefined)}
            >
              <button
                type="button"
                className="compare-run"
                aria-pressed={shown}
                title={`${run.name}: click to ${shown ? 'hide' : 'show'}, double-click for it alone`}
                onClick={() => onToggle(run.id)}
                onDoubleClick={() => onOnly(run.id)}
                onFocus={() => onLight(shown ? run.id : undefined)}
                onBlur={() => onLight(undefined)}
              >
                <span
                  className="compare-line"
                  data-dashed={look.dashed || undefined}
                  style={{ '--swatch': `var(--${look.colour})` } as React.CSSProperties}
                />
                <span className="compare-name">{run.name}</span>
                <span className="compare-loss">
                  {run.lastLoss === undefined ? '' : formatNumber(Number(run.lastLoss))}
                </span>
              </button>
              <div className="compare-run-foot">
                <StateBadge state={run.state} />
                <span className="muted">{run.model}</span>
                <Link
                  to="/runs/$runId"
                  params={{ runId: run.id }}
                  aria-label={`Open ${run.name}`}
                  title="Open"
                >
                  <Icon name="chevronRight" />
                </Link>
                <button
                  type="button"
                  className="tiny-button"
                  aria-label={`Take ${run.name} out`}
                  title="Take out"
                  onClick={() => onRemove(run.id)}
                >
                  <Icon name="close" />
                </button>
              </div>
            </li>
          );
        })}
      </ul>
      <Link className="button" data-kind="plain" to="/runs" search={{ selected: runs.map(({ id }) => id) }}>
        <Icon name="plus" />
        Choose runs
      </Link>
    </aside>
  );
}
