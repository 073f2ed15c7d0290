import { useCallback, useEffect, useId, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import { type ChartTheme, readChartTheme } from '../../charts/chart-theme.ts';
import { type Tip, tipPlugin } from '../../charts/chart-tip.ts';
import { dragZoom } from '../../charts/drag-zoom.ts';
import { fitWidth, widthIn } from '../../charts/fit-width.ts';
import { useTheme } from '../../shell/theme.ts';
import type { TimeZone } from '../../time/format-time.ts';
import { bucketAt, timeAtX } from '../curves/at-x.ts';
import type { CurveX } from '../curves/curve.ts';
import { type Extent, valueExtent, xExtent } from '../curves/value-range.ts';
import { curveXAxis, curveYAxis, paddedRange, xLabel } from './curve-axes.ts';
import { drawLines } from './draw-lines.ts';
import type { DrawnLine } from './drawn-line.ts';

/** A place that somebody pointed at: of the line that is nearest. */
export interface Picked {
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface CurvePlotProps {
  readonly label: string;
  /** What there is to see, in a sentence. */
  readonly description: string;
  readonly lines: readonly DrawnLine[];
  readonly x: CurveX;
  /** The range of x; by default that of the lines. */
  readonly range: Extent | undefined;
  readonly log: boolean;
  readonly clip: boolean;
  /** Whether the axis of values begins at 0. */
  readonly fromZero: boolean;
  /** Writes a value. */
  readonly format: (value: number) => string;
  readonly attempts: readonly number[];
  /** The moment that is looked at, as an x. */
  readonly at: number | undefined;
  readonly lit: string | undefined;
  readonly height: number;
  readonly zone: TimeZone;
  readonly sync: string;
  readonly onZoom: (range: Extent) => void;
  readonly onReset: () => void;
  readonly onPick: (picked: Picked) => void;
  /** Told with each move of the cursor of any chart that goes with this one; undefined where there is none. */
  readonly onCursor?: (x: number | undefined) => void;
  /** The canvas, for who wants a picture of it. */
  readonly canvas?: React.RefObject<HTMLCanvasElement | null>;
}

/** A click may be the first half of a double one. */
const SECOND_CLICK_MILLIS = 240;
const TIP_ROWS = 14;

/** Curves over one axis. The cursor and the live points never go through React: only options that change do. */
export function CurvePlot(props: CurvePlotProps) {
  const { label, description, x, log, height, zone, sync, lines } = props;
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const described = useId();

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme stands for the colours that are read from the document
  useLayoutEffect(() => {
    const element = place.current!;
    const colours = readChartTheme();
    let click: ReturnType<typeof setTimeout> | undefined;
    const reset = () => {
      clearTimeout(click);
      latest.current.onReset();
    };
    const made = new uPlot(
      {
        width: widthIn(element),
        height,
        legend: { show: false },
        padding: [6, 16, 0, 0],
        scales: {
          x: { time: false },
          y: { distr: log ? 3 : 1, range: () => valueRange(latest.current) },
        },
        axes: [
          curveXAxis(colours, x, zone),
          curveYAxis(colours, log, (value) => latest.current.format(value)),
        ],
        series: [{}, { show: true, points: { show: false }, paths: () => null }],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: true, y: false, setScale: false },
          sync: { key: sync, setSeries: false },
          bind: {
            dblclick: () => () => {
              reset();
              return null;
            },
          },
        },
        plugins: [
          tipPlugin((u) => tipOf(u, latest.current, colours)),
          dragZoom(
            (zoomed) => latest.current.onZoom(zoomed),
            (u) => {
              clearTimeout(click);
              const { left = -1, top = -1 } = u.cursor;
              if (left < 0) return;
              click = setTimeout(() => {
                const picked = pickedAt(u, left, top, latest.current.lines);
                if (picked !== undefined) latest.current.onPick(picked);
              }, SECOND_CLICK_MILLIS);
            },
          ),
        ],
        hooks: {
          draw: [(u) => drawLines(u, colours, latest.current)],
          setCursor: [
            (u) => {
              const left = u.cursor.left ?? -1;
              latest.current.onCursor?.(left < 0 ? undefined : u.posToVal(left, 'x'));
            },
          ],
        },
      },
      [
        [0, 1],
        [null, null],
      ],
      element,
    );
    plot.current = made;
    if (latest.current.canvas !== undefined) latest.current.canvas.current = made.ctx.canvas;
    const end = fitWidth(made, element);
    return () => {
      clearTimeout(click);
      end();
      made.destroy();
      plot.current = undefined;
    };
  }, [theme, x, log, height, zone, sync]);

  const redraw = useCallback(() => {
    const made = plot.current;
    if (made === undefined) return;
    const { min, max } = xRange(latest.current);
    made.batch(() => {
      made.setData(
        [
          [min, max],
          [null, null],
        ],
        false,
      );
      made.setScale('x', { min, max });
    });
  }, []);
  useEffect(() => {
    // The chart that somebody zooms in is painted first, the others in the frame after.
    if (place.current!.matches(':hover') || document.querySelector('.chart:hover') === null) return redraw();
    return afterPaint(redraw);
  });

  return (
    <figure className="chart" aria-labelledby={described}>
      <div
        ref={place}
        style={{ height }}
        data-points={lines.reduce((sum, { curve }) => sum + curve.x.length, 0)}
      />
      <figcaption id={described} className="visually-hidden">
        {label}. {description}
      </figcaption>
    </figure>
  );
}

/** Calls back when the next frame has been painted, unless what it returns is called before. */
function afterPaint(then: () => void): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(then);
  });
  return () => cancelAnimationFrame(frame);
}

function xRange({ range, lines }: CurvePlotProps): Extent {
  const { min, max } = range ?? xExtent(lines.map(({ curve }) => curve)) ?? { min: 0, max: 1 };
  return min < max ? { min, max } : { min: min - 0.5, max: max + 0.5 };
}

function valueRange(props: CurvePlotProps): [number, number] {
  const { lines, log, clip, fromZero } = props;
  const curves = lines.map(({ curve }) => curve);
  return paddedRange(valueExtent(curves, xRange(props), { log, clip }), log, fromZero);
}

function tipOf(plot: uPlot, { lines, x, zone, format }: CurvePlotProps, theme: ChartTheme): Tip | undefined {
  const at = plot.posToVal(plot.cursor.left ?? 0, 'x');
  const rows = lines
    .filter(({ faint }) => !faint)
    .flatMap((line) => {
      const i = isWithin(line, at) ? bucketAt(line.curve, at) : undefined;
      return i === undefined ? [] : [{ line, i, shown: line.smooth?.[i] ?? line.curve.last[i]! }];
    })
    .sort((a, b) => b.shown - a.shown);
  if (rows.length === 0) return undefined;
  const { line, i } = rows[0]!;
  const head = xLabel(line.curve.by, line.curve.xLast[i]!, zone);
  const when = x === 'time' ? '' : ` · ${xLabel('time', line.curve.time[i]!, zone)}`;
  return {
    head: head + when,
    rows: rows.slice(0, TIP_ROWS).map((row) => ({
      colour: theme.token(row.line.colour),
      name: row.line.name,
      value: valueText(row.line, row.i, format),
    })),
  };
}

/** A little beyond its ends a line still counts as being there. */
function isWithin({ curve: { x, xLast } }: DrawnLine, at: number): boolean {
  const room = ((xLast.at(-1) ?? 0) - (x[0] ?? 0)) * 0.02;
  return x.length > 0 && at >= x[0]! - room && at <= xLast.at(-1)! + room;
}

/** The value of a bucket, smoothed first, and what else was in it. */
function valueText({ curve, smooth }: DrawnLine, i: number, format: (value: number) => string): string {
  const raw = format(curve.last[i]!);
  const bounds =
    curve.min[i]! < curve.max[i]! ? ` (${format(curve.min[i]!)} – ${format(curve.max[i]!)})` : '';
  const broken = curve.notFinite[i] !== 0 && Number.isFinite(curve.last[i]) ? ' NaN' : '';
  return smooth === undefined ? raw + bounds + broken : `${format(smooth[i]!)} · ${raw}${bounds}${broken}`;
}

function pickedAt(plot: uPlot, left: number, top: number, lines: readonly DrawnLine[]): Picked | undefined {
  const at = plot.posToVal(left, 'x');
  let best: { picked: Picked; away: number } | undefined;
  for (const line of lines) {
    const i = bucketAt(line.curve, at);
    const time = timeAtX(line.curve, at);
    if (i === undefined || time === undefined || line.faint) continue;
    const value = line.smooth?.[i] ?? line.curve.last[i]!;
    const away = Number.isFinite(value) ? Math.abs(plot.valToPos(value, 'y') - top) : 1e6;
    if (best === undefined || away < best.away) best = { picked: { run: line.curve.run, time }, away };
  }
  return best?.picked;
}
