import { useCallback, useMemo, useRef } from 'react';
import { SkeletonBlock } from '../../ui/skeleton.tsx';
import type { CurveX } from '../curves/curve.ts';
import { metricName } from '../curves/metric-groups.ts';
import type { Extent } from '../curves/value-range.ts';
import { CardTools } from './card-tools.tsx';
import { useChartScene } from './chart-scene.ts';
import { CurvePlot } from './curve-plot.tsx';
import { describeCurves } from './describe-lines.ts';
import type { DrawnLine } from './drawn-line.ts';
import { lastText, textAt } from './line-texts.ts';

export interface ChartCardProps {
  readonly metric: string;
  /** Pixels, of the chart alone. */
  readonly height: number;
  /** Whether it fills the window. */
  readonly full?: boolean;
}

/** What a card shows of its metric. */
export interface Drawn {
  readonly lines: readonly DrawnLine[];
  /** Where attempts begin, and the moment that is looked at. Values of x. */
  readonly attempts: readonly number[];
  readonly at: number | undefined;
  readonly error: Error | null;
  readonly pending: boolean;
  readonly x: CurveX;
  readonly range: Extent | undefined;
  /** What is to be said beside the name, such as the unit. */
  readonly note: string;
  readonly format: (value: number) => string;
  readonly fromZero: boolean;
  /** Charts of the same show their cursor at the same x. */
  readonly sync: string;
  readonly onZoom: (range: Extent) => void;
  readonly table: () => Promise<BlobPart[]>;
}

/** The chart of one metric: what it is, where it stands or stood at the cursor, and what can be done with it. */
export function DrawnCard({
  metric,
  height,
  full = false,
  drawn,
}: ChartCardProps & { readonly drawn: Drawn }) {
  const scene = useChartScene();
  const { lines, error, pending, format, note } = drawn;
  const value = useRef<HTMLOutputElement>(null);
  const standing = useMemo(() => lines.filter(({ faint }) => !faint), [lines]);
  const now = useMemo(() => lastText(standing, format), [standing, format]);
  const latest = useRef({ standing, now, format });
  latest.current = { standing, now, format };
  const onCursor = useCallback((x: number | undefined) => {
    if (value.current === null) return;
    const shown = latest.current;
    value.current.textContent = x === undefined ? shown.now : textAt(shown.standing, x, shown.format);
  }, []);
  const canvas = useRef<HTMLCanvasElement>(null);
  const name = metricName(metric);
  const description = useMemo(
    () =>
      describeCurves(
        standing.map(({ name: who, curve }) => ({ ...curve, name: who })),
        format,
      ),
    [standing, format],
  );
  const tools = { metric, scene, canvas, lines: standing, table: drawn.table, full };
  return (
    <section className="chart-card" aria-label={name} data-metric={metric} data-full={full || undefined}>
      <header className="chart-card-head">
        <h3 title={metric}>
          {name}
          {note !== '' && <small>{note}</small>}
        </h3>
        <output ref={value} className="chart-value">
          {now}
        </output>
        {!full && <CardTools {...tools} />}
      </header>
      {error !== null && pending ? (
        <p className="chart-nothing" style={{ height }}>
          {error.message}
        </p>
      ) : pending ? (
        <SkeletonBlock height={height} />
      ) : standing.length === 0 ? (
        <p className="chart-nothing" style={{ height }}>
          No points {scene.settings.range === undefined ? 'yet' : 'in this range'}
        </p>
      ) : (
        <CurvePlot
          label={name}
          description={description}
          lines={lines}
          x={drawn.x}
          range={drawn.range}
          log={scene.settings.log}
          clip={scene.settings.clip}
          fromZero={drawn.fromZero}
          format={format}
          attempts={drawn.attempts}
          at={drawn.at}
          lit={scene.lit}
          height={height}
          zone={scene.zone}
          sync={drawn.sync}
          onZoom={drawn.onZoom}
          onReset={scene.onReset}
          onPick={scene.onPick}
          onCursor={onCursor}
          canvas={canvas}
        />
      )}
      {full && (
        <div className="chart-full-foot">
          <ul className="legend">
            {standing.map((line) => (
              <li key={`${line.curve.run} ${line.curve.series}`} className="legend-item">
                <span
                  className="swatch"
                  style={{ '--swatch': `var(--${line.colour})` } as React.CSSProperties}
                />
                <span>{line.name}</span>
              </li>
            ))}
          </ul>
          <CardTools {...tools} />
        </div>
      )}
    </section>
  );
}
