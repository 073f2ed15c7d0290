import type uPlot from 'uplot';
import { timeAxis, valueAxis } from '../../charts/axes.ts';
import type { ChartTheme } from '../../charts/chart-theme.ts';
import { dayAndTime, type TimeZone } from '../../time/format-time.ts';
import { formatCount, formatDuration, formatNumber } from '../../ui/format-number.ts';
import type { CurveX } from '../curves/curve.ts';
import type { Extent } from '../curves/value-range.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps of a duration that people count in, milliseconds. */
const DURATION_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90].map((count) => count * DAY),
];

/** Along the bottom, by whatever curves are drawn. */
export function curveXAxis(theme: ChartTheme, x: CurveX, zone: TimeZone): uPlot.Axis {
  const time = timeAxis(theme, zone);
  if (x === 'time') return time;
  const { splits: _, incrs: __, ...plain } = time;
  if (x === 'relative')
    return { ...plain, incrs: DURATION_STEPS, values: (_plot, splits) => splits.map(shortDuration) };
  return { ...plain, space: 56, values: (_plot, splits) => splits.map(formatNumber) };
}

/** What the cursor is at. */
export function xLabel(x: CurveX, at: number, zone: TimeZone): string {
  if (x === 'time') return dayAndTime(at, zone);
  if (x === 'relative') return `after ${formatDuration(at * 1e6)}`;
  return x === 'step' ? `step ${formatCount(at)}` : `epoch ${formatNumber(at)}`;
}

export function curveYAxis(
  theme: ChartTheme,
  log: boolean,
  format: (value: number) => string = formatNumber,
): uPlot.Axis {
  const axis = valueAxis(theme, format);
  if (!log) return axis;
  return { ...axis, filter: (_, splits) => splits, splits: (_, __, min, max) => logSplits(min, max) };
}

/** `0:30`, `1h 30m`, `2d 3h`: short enough for an axis. */
function shortDuration(millis: number): string {
  if (millis === 0) return '0';
  if (millis < MINUTE) return `${Number((millis / SECOND).toFixed(3))}s`;
  const parts = [
    [Math.floor(millis / DAY), 'd'],
    [Math.floor((millis % DAY) / HOUR), 'h'],
    [Math.floor((millis % HOUR) / MINUTE), 'm'],
    [Math.floor((millis % MINUTE) / SECOND), 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}

/** Powers of ten, with what lies between them where they are few. */
export function logSplits(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const factors = decades < 1 ? [1, 1.5, 2, 3, 4, 5, 6, 7, 8] : decades < 3 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / 6));
  const splits: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power += stride)
    for (const factor of factors) {
      const split = Number((factor * 10 ** power).toPrecision(3));
      if (split >= min && split <= max) splits.push(split);
    }
  return splits;
}

/**
 * What the axis of values shows of what there is: a little more; on a logarithmic one by a factor.
 *
 * @param fromZero it begins at 0 where nothing is less and it is not logarithmic
 */
export function paddedRange(extent: Extent | undefined, log: boolean, fromZero = false): [number, number] {
  if (extent === undefined) return log ? [0.1, 1] : [0, 1];
  const { min, max } = extent;
  if (log) {
    const factor = Math.max((max / min) ** 0.05, 1.02);
    return [min / factor, max * factor];
  }
  if (fromZero && min >= 0) return [0, max === 0 ? 1 : max * 1.06];
  const room = (max - min || Math.abs(max) || 1) * 0.06;
  return [min - room, max + room];
}
