/** Milliseconds. A month or a year is of no fixed length, so there is none. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The last day that a store's time can be, less a little: 2262. */
const LAST = 9_200_000_000_000;

/**
 * The moment that a text means, in milliseconds since 1970: `now`, `now-15m` (s, m, h, d, w), or an ISO 8601 time, in UTC
 * where it has no zone. Undefined for anything else.
 */
export function parseTimeText(text: string, now: number): number | undefined {
  const relative = /^now(?:([+-])(\d{1,6})([smhdw]))?$/.exec(text);
  if (relative !== null) {
    const [, sign, count, unit] = relative;
    if (unit === undefined) return now;
    return now + (sign === '-' ? -1 : 1) * Number(count) * UNITS[unit]!;
  }
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined;
  const time = Date.parse(/T.*(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  return Number.isFinite(time) && time >= 0 && time < LAST ? time : undefined;
}

export function isTimeText(text: string): boolean {
  return parseTimeText(text, 0) !== undefined || parseTimeText(text, LAST / 2) !== undefined;
}

export function isRelative(text: string): boolean {
  return text.startsWith('now');
}
