import type uPlot from 'uplot';
import type { ChartTheme } from '../../charts/chart-theme.ts';
import { ends, spikesOf } from '../curves/spikes.ts';
import { indexesWithin } from '../curves/value-range.ts';
import type { DrawnLine } from './drawn-line.ts';

export interface Drawing {
  readonly lines: readonly DrawnLine[];
  /** The id of the run that stands out; the others step back. */
  readonly lit: string | undefined;
  /** Where attempts begin, and the moment that is looked at. Values of x. */
  readonly attempts: readonly number[];
  readonly at: number | undefined;
  readonly log: boolean;
}

/** Of more lines than this, bands and raw lines behind smooth ones would hide what they are about. */
const MOST_WITH_BANDS = 12;

/** Draws curves over a chart whose scales are set. Bands and lines go through every bucket in sight. */
export function drawLines(plot: uPlot, theme: ChartTheme, drawing: Drawing): void {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  const place = placer(plot, drawing.log);
  const ratio = devicePixelRatio;
  for (const x of drawing.attempts)
    verticalLine(ctx, place.x(x), plot, theme.token('ink-3'), [3 * ratio, 3 * ratio], 1);
  const order = [...drawing.lines].sort(
    (a, b) => Number(b.faint) - Number(a.faint) || isLit(a, drawing) - isLit(b, drawing),
  );
  for (const line of order) drawLine(plot, theme, place, line, drawing);
  for (const line of order) if (!line.faint) drawBroken(plot, theme, place, line);
  if (drawing.at !== undefined) verticalLine(ctx, place.x(drawing.at), plot, theme.accent, [], 1.5);
  ctx.restore();
}

function isLit({ curve }: DrawnLine, { lit }: Drawing): number {
  return Number(curve.run === lit);
}

interface Place {
  readonly x: (value: number) => number;
  /** NaN for what cannot be drawn. */
  readonly y: (value: number) => number;
}

function placer(plot: uPlot, log: boolean): Place {
  const { left, top, width, height } = plot.bbox;
  const x = plot.scales.x!;
  const y = plot.scales.y!;
  const scaled = log ? Math.log : (value: number) => value;
  const [low, high] = [scaled(y.min ?? 0), scaled(y.max ?? 1)];
  const [from, to] = [x.min ?? 0, x.max ?? 1];
  return {
    x: (value) => left + ((value - from) / (to - from || 1)) * width,
    y: (value) =>
      Number.isFinite(value) && (!log || value > 0)
        ? top + (1 - (scaled(value) - low) / (high - low || 1)) * height
        : Number.NaN,
  };
}

function drawLine(
  plot: uPlot,
  theme: ChartTheme,
  place: Place,
  line: DrawnLine,
  { lines, lit }: Drawing,
): void {
  const { ctx } = plot;
  const { curve, smooth } = line;
  const colour = theme.token(line.colour);
  const ratio = devicePixelRatio;
  const back = line.faint || (lit !== undefined && lit !== curve.run);
  const few = lines.length <= MOST_WITH_BANDS || lit === curve.run;
  const x = plot.scales.x!;
  const [from, to] = indexesWithin(curve, { min: x.min!, max: x.max! });
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineJoin = 'round';
  ctx.setLineDash(line.faint ? [2 * ratio, 2 * ratio] : line.dashed ? [6 * ratio, 3 * ratio] : []);
  if (few && !line.faint && !curve.exact) {
    ctx.globalAlpha = back ? 0.08 : smooth === undefined ? 0.34 : 0.16;
    fillBand(ctx, place, line, from, to);
  }
  if (smooth === undefined || few) {
    ctx.globalAlpha = smooth === undefined ? (back ? 0.25 : 1) : 0.28;
    ctx.lineWidth = (smooth === undefined && lit === curve.run ? 2.2 : 1.4) * ratio;
    const pen = penOf(ctx);
    for (let i = from; i < to; i++) {
      const value = place.y(curve.first[i]!);
      pen.draw(place.x(curve.x[i]!), value);
      if (curve.xLast[i] !== curve.x[i]) pen.draw(place.x(curve.xLast[i]!), place.y(curve.last[i]!));
    }
    pen.end();
    if (!few) drawSpikes(ctx, place, line, from, to);
    if (to - from === 1 || curve.x.length === 1)
      dot(ctx, place.x(curve.xLast[from]!), place.y(curve.last[from]!), 3 * ratio);
  }
  if (smooth !== undefined) {
    ctx.globalAlpha = back ? 0.25 : 1;
    ctx.lineWidth = (lit === curve.run ? 2.6 : 1.9) * ratio;
    const pen = penOf(ctx);
    // A gap is where values were none; the raw line shows it.
    for (let i = from; i < to; i++)
      if (Number.isFinite(smooth[i])) pen.draw(place.x(curve.xLast[i]!), place.y(smooth[i]!));
    pen.end();
  }
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
}

/** From the line to the value that it does not show, as there is no band that would. */
function drawSpikes(
  ctx: CanvasRenderingContext2D,
  place: Place,
  { curve }: DrawnLine,
  from: number,
  to: number,
): void {
  ctx.beginPath();
  for (const i of spikesOf(curve)) {
    if (i < from || i >= to) continue;
    const x = place.x((curve.x[i]! + curve.xLast[i]!) / 2);
    const [low, high] = ends(curve.first[i]!, curve.last[i]!).map(place.y);
    const [least, most] = [place.y(curve.min[i]!), place.y(curve.max[i]!)];
    if (Number.isFinite(high) && Number.isFinite(most)) line(ctx, x, high!, most);
    if (Number.isFinite(low) && Number.isFinite(least)) line(ctx, x, low!, least);
  }
  ctx.stroke();
}

function line(ctx: CanvasRenderingContext2D, x: number, from: number, to: number): void {
  ctx.moveTo(x, from);
  ctx.lineTo(x, to);
}

/** From the least of each bucket to the greatest; what has neither breaks it. */
function fillBand(
  ctx: CanvasRenderingContext2D,
  place: Place,
  { curve }: DrawnLine,
  from: number,
  to: number,
): void {
  let start = from;
  for (let i = from; i <= to; i++) {
    if (i < to && Number.isFinite(place.y(curve.min[i]!)) && Number.isFinite(place.y(curve.max[i]!)))
      continue;
    if (i > start) {
      ctx.beginPath();
      for (let k = start; k < i; k++) {
        ctx.lineTo(place.x(curve.x[k]!), place.y(curve.max[k]!));
        ctx.lineTo(place.x(curve.xLast[k]!), place.y(curve.max[k]!));
      }
      for (let k = i - 1; k >= start; k--) {
        ctx.lineTo(place.x(curve.xLast[k]!), place.y(curve.min[k]!));
        ctx.lineTo(place.x(curve.x[k]!), place.y(curve.min[k]!));
      }
      ctx.fill();
    }
    start = i + 1;
  }
}

/**
 * A browser without a graphics processor fills a stroke as one shape, and that of a dense curve, which crosses itself hundreds of times,
 * takes it several times longer than the same in short pieces.
 */
const PIECE = 4;

interface Pen {
  readonly draw: (x: number, y: number) => void;
  readonly end: () => void;
}

/** Goes from point to point, and begins anew after one that cannot be drawn. */
function penOf(ctx: CanvasRenderingContext2D): Pen {
  // Where pieces meet a translucent line would be darker, and dashes would begin anew.
  const most = ctx.globalAlpha === 1 && ctx.getLineDash().length === 0 ? PIECE : Number.POSITIVE_INFINITY;
  let drawn = 0;
  let down = false;
  ctx.lineCap = 'round';
  ctx.beginPath();
  const draw = (x: number, y: number) => {
    if (!Number.isFinite(y)) {
      down = false;
      return;
    }
    if (down) ctx.lineTo(x, y);
    else ctx.moveTo(x, y);
    down = true;
    if (++drawn < most) return;
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x, y);
    drawn = 0;
  };
  const end = () => {
    ctx.stroke();
    ctx.lineCap = 'butt';
  };
  return { draw, end };
}

const NAN = 1;
const INFINITE = 2;
const NEGATIVE = 4;

/** A mark at the bottom where a value was NaN, an arrow to the top or bottom where it was infinite. */
function drawBroken(plot: uPlot, theme: ChartTheme, place: Place, { curve }: DrawnLine): void {
  const { ctx } = plot;
  const { top, height } = plot.bbox;
  const ratio = devicePixelRatio;
  const x = plot.scales.x!;
  const [from, to] = indexesWithin(curve, { min: x.min!, max: x.max! });
  ctx.strokeStyle = theme.bad;
  ctx.fillStyle = theme.bad;
  ctx.lineWidth = 1.4 * ratio;
  const size = 3.5 * ratio;
  let before = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const kinds = curve.notFinite[i]!;
    if (kinds === 0) continue;
    const px = place.x((curve.x[i]! + curve.xLast[i]!) / 2);
    ctx.globalAlpha = 0.16;
    ctx.fillRect(px - ratio / 2, top, ratio, height);
    ctx.globalAlpha = 1;
    // Marks in a row stay apart enough to be seen as such.
    if (px - before < size * 3) continue;
    before = px;
    ctx.beginPath();
    if (kinds & NAN) {
      const y = top + height - size * 1.8;
      ctx.moveTo(px - size, y - size);
      ctx.lineTo(px + size, y + size);
      ctx.moveTo(px + size, y - size);
      ctx.lineTo(px - size, y + size);
    }
    ctx.stroke();
    if (kinds & INFINITE) triangle(ctx, px, top + ratio, size);
    if (kinds & NEGATIVE) triangle(ctx, px, top + height - ratio, -size);
  }
}

function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - size, y + 1.8 * size);
  ctx.lineTo(x + size, y + 1.8 * size);
  ctx.fill();
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  if (!Number.isFinite(y)) return;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

function verticalLine(
  ctx: CanvasRenderingContext2D,
  x: number,
  { bbox: { top, height } }: uPlot,
  colour: string,
  dash: number[],
  width: number,
): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width * devicePixelRatio;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.setLineDash([]);
}
