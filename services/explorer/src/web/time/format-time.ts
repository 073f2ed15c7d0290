import { PRESETS, type RangeText } from './time-range.ts';
import { isRelative } from './time-text.ts';

export type TimeZone = 'local' | 'utc';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Makers of formats are slow, so each is made once. */
function format(zone: TimeZone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  const made =
    formats.get(key) ??
    new Intl.DateTimeFormat('en-GB', {
      ...options,
      hourCycle: 'h23',
      ...(zone === 'utc' && { timeZone: 'UTC' }),
    });
  formats.set(key, made);
  return made;
}

const DAY = { day: '2-digit', month: 'short' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

/** `14:03:27` */
export function clockTime(millis: number, zone: TimeZone): string {
  return format(zone, CLOCK).format(millis);
}

/** `14:03:27.041` */
export function preciseTime(millis: number, zone: TimeZone): string {
  return format(zone, { ...CLOCK, fractionalSecondDigits: 3 }).format(millis);
}

/** `22 Nov 14:03:27` */
export function dayAndTime(millis: number, zone: TimeZone): string {
  return `${format(zone, DAY).format(millis)} ${clockTime(millis, zone)}`;
}

/** `22 Nov` */
export function day(millis: number, zone: TimeZone): string {
  return format(zone, DAY).format(millis);
}

/** `2026-11-22 14:03:27.041 UTC`, to be read without any doubt. */
export function fullTime(millis: number, zone: TimeZone): string {
  const date = new Date(millis);
  if (zone === 'utc') return `${date.toISOString().replace('T', ' ').replace('Z', '')} UTC`;
  const local = new Date(millis - date.getTimezoneOffset() * 60_000);
  return local.toISOString().replace('T', ' ').replace('Z', '');
}

/** What `<input type="datetime-local">` takes. */
export function inputTime(millis: number, zone: TimeZone): string {
  const shift = zone === 'utc' ? 0 : new Date(millis).getTimezoneOffset() * 60_000;
  return new Date(millis - shift).toISOString().slice(0, 19);
}

/** The moment that such an input means; undefined where it is empty or half filled in. */
export function readInputTime(value: string, zone: TimeZone): number | undefined {
  const time = Date.parse(zone === 'utc' ? `${value}Z` : value);
  return Number.isFinite(time) ? time : undefined;
}

/** How a range is called. */
export function rangeLabel(range: RangeText, zone: TimeZone): string {
  const preset = PRESETS.find((one) => one.range.from === range.from && one.range.to === range.to);
  if (preset !== undefined) return preset.label;
  const bound = (text: string) => (isRelative(text) ? text : dayAndTime(Date.parse(text), zone));
  return `${bound(range.from)} – ${bound(range.to)}`;
}

/** `3m ago`; the present is the same for all that one render shows. */
export function ago(millis: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - millis) / 1000));
  if (seconds < 60) return `${seconds}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ago`;
  return `${Math.floor(seconds / 86_400)}d ago`;
}
