import type uPlot from 'uplot';
import { clockTime, day, preciseTime, type TimeZone } from '../time/format-time.ts';
import type { ChartTheme } from './chart-theme.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Steps of time that people count in, milliseconds. */
const TIME_STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE),
  ...[1, 2, 7, 14, 30, 90, 365].map((days) => days * DAY),
];

/** Milliseconds since 1970 along the bottom, in either time zone; a new day is named. */
export function timeAxis(theme: ChartTheme, zone: TimeZone): uPlot.Axis {
  return {
    stroke: theme.axis,
    font: theme.font,
    size: 24,
    gap: 4,
    space: 84,
    incrs: TIME_STEPS,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
    splits: (_, __, min, max, step) => timeSplits({ min, max, step }, zone),
    values: (_, splits, __, ___, step) => timeLabels(splits, step, zone),
  };
}

/** Round moments of the time zone, not of UTC: midnight where people live. */
export function timeSplits(
  { min, max, step }: { readonly min: number; readonly max: number; readonly step: number },
  zone: TimeZone,
): number[] {
  const shift = zone === 'utc' ? 0 : new Date(min).getTimezoneOffset() * MINUTE;
  const splits: number[] = [];
  for (let at = Math.ceil((min - shift) / step) * step + shift; at <= max; at += step) splits.push(at);
  return splits;
}

export function timeLabels(splits: readonly number[], step: number, zone: TimeZone): string[] {
  let before = '';
  return splits.map((at, index) => {
    const today = day(at, zone);
    const isNew = index > 0 && today !== before;
    before = today;
    if (step >= DAY || isNew) return today;
    if (step < 1_000) return preciseTime(at, zone);
    return step < MINUTE ? clockTime(at, zone) : clockTime(at, zone).slice(0, 5);
  });
}

/** Values up the side. */
export function valueAxis(theme: ChartTheme, format: (value: number) => string): uPlot.Axis {
  return {
    stroke: theme.axis,
    font: theme.font,
    // As wide as its longest label.
    size: (plot, values) => {
      if (values === null || values === undefined) return 40;
      plot.ctx.font = theme.font;
      const widest = Math.max(0, ...values.map((value) => plot.ctx.measureText(value ?? '').width));
      return Math.ceil(widest) + 12;
    },
    gap: 4,
    space: 30,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map((split) => (split === null ? '' : format(split))),
  };
}
