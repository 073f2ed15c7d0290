import { memo, useCallback, useMemo, useRef } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatNumber } from '../../ui/format-number.ts';
import { Popover } from '../../ui/popover.tsx';
import { SkeletonBlock } from '../../ui/skeleton.tsx';
import { bucketAt } from '../curves/at-x.ts';
import { metricName } from '../curves/metric-groups.ts';
import { type ChartScene, useChartScene } from './chart-scene.ts';
import { CurvePlot } from './curve-plot.tsx';
import { describeCurves } from './describe-lines.ts';
import type { DrawnLine } from './drawn-line.ts';
import { useExport } from './use-export.ts';
import { useLines } from './use-lines.ts';

interface ChartCardProps {
  readonly metric: string;
  /** Pixels, of the chart alone. */
  readonly height: number;
  /** Whether it fills the window. */
  readonly full?: boolean;
}

/** All charts of the page show their cursor at the same x. */
export const SYNC = 'runs';

/** The chart of one metric: what it is, where it stands or stood at the cursor, and what can be done with it. */
export const ChartCard = memo(function ChartCard({ metric, height, full = false }: ChartCardProps) {
  const scene = useChartScene();
  const { settings, zone } = scene;
  const { lines, attempts, at, error, pending } = useLines(metric, scene);
  const value = useRef<HTMLOutputElement>(null);
  const standing = useMemo(() => lines.filter(({ faint }) => !faint), [lines]);
  const now = useMemo(() => lastText(standing), [standing]);
  const latest = useRef({ standing, now });
  latest.current = { standing, now };
  const onCursor = useCallback((x: number | undefined) => {
    if (value.current === null) return;
    const text = x === undefined ? latest.current.now : textAt(latest.current.standing, x);
    value.current.textContent = text;
  }, []);
  const canvas = useRef<HTMLCanvasElement>(null);
  const name = metricName(metric);
  const description = useMemo(
    () => describeCurves(standing.map(({ name: who, curve }) => ({ ...curve, name: who }))),
    [standing],
  );
  const unit = standing[0]?.curve.unit.replace(/[{}]/g, '') ?? '';
  return (
    <section className="chart-card" aria-label={name} data-metric={metric} data-full={full || undefined}>
      <header className="chart-card-head">
        <h3 title={metric}>
          {name}
          {unit !== '' && unit !== '1' && <small>{unit}</small>}
        </h3>
        <output ref={value} className="chart-value">
          {now}
        </output>
        {!full && <CardTools metric={metric} scene={scene} canvas={canvas} lines={standing} />}
      </header>
      {error !== null && pending ? (
        <p className="chart-nothing" style={{ height }}>
          {error.message}
        </p>
      ) : pending ? (
        <SkeletonBlock height={height} />
      ) : standing.length === 0 ? (
        <p className="chart-nothing" style={{ height }}>
          No points {settings.range === undefined ? 'yet' : 'in this range'}
        </p>
      ) : (
        <CurvePlot
          label={name}
          description={description}
          lines={lines}
          x={settings.x}
          range={settings.range}
          log={settings.log}
          clip={settings.clip}
          attempts={attempts}
          at={at}
          lit={scene.lit}
          height={height}
          zone={zone}
          sync={SYNC}
          onZoom={scene.onZoom}
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
          <CardTools metric={metric} scene={scene} canvas={canvas} lines={standing} full />
        </div>
      )}
    </section>
  );
});

interface CardToolsProps {
  readonly metric: string;
  readonly scene: ChartScene;
  readonly canvas: React.RefObject<HTMLCanvasElement | null>;
  readonly lines: readonly DrawnLine[];
  readonly full?: boolean;
}

function CardTools({ metric, scene, canvas, lines, full = false }: CardToolsProps) {
  const { picture, table } = useExport(metric, scene, canvas, lines);
  const pinned = scene.pinned.has(metric);
  const name = metricName(metric);
  const exports = (
    <>
      <Button kind="quiet" icon="download" onClick={() => picture.mutate()}>
        PNG
      </Button>
      <Button kind="quiet" icon="download" disabled={table.isPending} onClick={() => table.mutate()}>
        CSV
      </Button>
    </>
  );
  if (full) return <div className="chart-tools">{exports}</div>;
  return (
    <div className="chart-tools" data-pinned={pinned || undefined}>
      <IconButton
        icon="pin"
        label={pinned ? `Unpin ${name}` : `Pin ${name}`}
        aria-pressed={pinned}
        onClick={() => scene.onPin(metric)}
      />
      <Popover
        label={`Export ${name}`}
        align="end"
        trigger={<IconButton icon="download" label={`Export ${name}`} />}
      >
        <div className="chart-exports">{exports}</div>
      </Popover>
      <IconButton icon="expand" label={`${name} in full`} onClick={() => scene.onFull(metric)} />
    </div>
  );
}

/** Of more lines than this no single values are told beside the name. */
const MOST_TOLD = 1;

function lastText(lines: readonly DrawnLine[]): string {
  if (lines.length === 0) return '';
  if (lines.length <= MOST_TOLD) return formatNumber(lines[0]!.curve.last.at(-1) ?? Number.NaN);
  return spanText(lines.map(({ curve }) => curve.last.at(-1) ?? Number.NaN));
}

function textAt(lines: readonly DrawnLine[], x: number): string {
  const values = lines.flatMap(({ curve, smooth }) => {
    const i = bucketAt(curve, x);
    return i === undefined ? [] : [smooth?.[i] ?? curve.last[i]!];
  });
  if (values.length === 0) return '';
  return values.length <= MOST_TOLD ? formatNumber(values[0]!) : spanText(values);
}

function spanText(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return 'NaN';
  return `${formatNumber(Math.min(...finite))} – ${formatNumber(Math.max(...finite))}`;
}
