import { isRelative, parseTimeText } from './time-text.ts';

/** A range as the address has it: each bound is a text that {@link parseTimeText} reads. */
export interface RangeText {
  readonly from: string;
  readonly to: string;
}

/** Milliseconds since 1970; `from` belongs to the range, `to` does not. */
export interface MillisRange {
  readonly from: number;
  readonly to: number;
}

export const DEFAULT_RANGE: RangeText = { from: 'now-1h', to: 'now' };

export const PRESETS: readonly { readonly label: string; readonly range: RangeText }[] = [
  ['Last 5 minutes', 'now-5m'],
  ['Last 15 minutes', 'now-15m'],
  ['Last hour', 'now-1h'],
  ['Last 3 hours', 'now-3h'],
  ['Last 6 hours', 'now-6h'],
  ['Last 24 hours', 'now-24h'],
  ['Last 2 days', 'now-2d'],
  ['Last 7 days', 'now-7d'],
  ['Last 30 days', 'now-30d'],
].map(([label, from]) => ({ label: label!, range: { from: from!, to: 'now' } }));

/** The moments that a range means now. A range that ends before it begins is taken the other way round. */
export function resolveRange(text: RangeText, now: number): MillisRange {
  const from = parseTimeText(text.from, now) ?? parseTimeText(DEFAULT_RANGE.from, now)!;
  const to = parseTimeText(text.to, now) ?? now;
  if (from === to) return { from, to: to + 1 };
  return from < to ? { from, to } : { from: to, to: from };
}

/** Absolute bounds, whole milliseconds, at least one apart. */
export function absoluteRange({ from, to }: MillisRange): RangeText {
  const start = Math.floor(Math.min(from, to));
  const end = Math.max(Math.ceil(Math.max(from, to)), start + 1);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

/** The same width, so many widths later (or earlier). */
export function shiftRange({ from, to }: MillisRange, widths: number): MillisRange {
  const by = (to - from) * widths;
  return { from: Math.max(0, from + by), to: Math.max(1, to + by) };
}

/** The range, where the moment is in it; else as wide a one with the moment in its middle. */
export function rangeWith(range: MillisRange, moment: number): MillisRange {
  const { from, to } = range;
  if (from <= moment && moment < to) return range;
  const half = (to - from) / 2;
  return { from: Math.max(0, moment - half), to: moment + half };
}

/** Around the same middle, so many times as wide. */
export function scaleRange({ from, to }: MillisRange, factor: number): MillisRange {
  const middle = (from + to) / 2;
  const half = Math.max(((to - from) * factor) / 2, 1);
  return { from: Math.max(0, middle - half), to: middle + half };
}

export function isLive(range: RangeText): boolean {
  return isRelative(range.to);
}
