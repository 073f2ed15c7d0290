import * as v from 'valibot';

/** A time as it was asked for: a moment, or one beside the time of the request. Nanoseconds (since 1970). */
export type TimeExpression =
  | { readonly kind: 'moment'; readonly nanos: bigint }
  | { readonly kind: 'relative'; readonly offset: bigint };

const UNITS = {
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
} as const;

const RELATIVE = /^now(?:([+-])(\d{1,9})([smhdw]))?$/;
// The offset's plus sign is a space where someone forgot to escape it in a URL.
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+\- ]\d{2}:?\d{2})?)?$/i;

/** What a DateTime64(9) can hold: up to 2262-04-11T23:47:16.854775807Z. */
const END_OF_TIME = 2n ** 63n - 1n;

/** ISO 8601 with up to nine digits of a second (UTC without a zone), or `now`, `now-1h`; undefined for anything else. */
export function parseTime(text: string): TimeExpression | undefined {
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const [, sign, count = '0', unit = 's'] = relative;
    const offset = BigInt(count) * UNITS[unit as keyof typeof UNITS];
    return { kind: 'relative', offset: sign === '-' ? -offset : offset };
  }
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = MOMENT.exec(text) ?? [];
  if (date === undefined) return undefined;
  const millis = Date.parse(`${date}T${minutes}:${seconds}${isoZone(zone)}`);
  // A day that a month has not is moved into the next by Date.parse.
  if (Number.isNaN(millis) || new Date(`${date}T00:00Z`).toISOString().slice(0, 10) !== date)
    return undefined;
  const nanos = BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return nanos < 0n || nanos > END_OF_TIME ? undefined : { kind: 'moment', nanos };
}

function isoZone(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z';
  const digits = zone.slice(1).replace(':', '');
  return `${zone[0] === '-' ? '-' : '+'}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** The moment that is meant, within what a time can be. */
export function resolveTime(time: TimeExpression, now: bigint): bigint {
  const nanos = time.kind === 'moment' ? time.nanos : now + time.offset;
  if (nanos < 0n) return 0n;
  return nanos > END_OF_TIME ? END_OF_TIME : nanos;
}

const EXPECTED = 'expected an ISO 8601 time of 1970 to 2262, "now", or such as "now-1h" (s, m, h, d, w)';

export function timeParameter(description: string) {
  return v.pipe(
    v.string(),
    v.metadata({
      description: `${description} ISO 8601 with up to nine digits of a second (UTC without a zone), or \`now\`, \`now-15m\`, \`now-7d\` (s, m, h, d, w).`,
      examples: ['now-1h', '2026-01-02T03:04:05.000000006Z'],
      pattern: TIME_PATTERN,
    }),
    v.rawTransform<string, TimeExpression>(({ dataset, addIssue, NEVER }) => {
      const time = parseTime(dataset.value);
      if (time !== undefined) return time;
      addIssue({ message: EXPECTED });
      return NEVER;
    }),
  );
}

/** A moment, not beside the time of the request: nanoseconds since 1970. */
export function momentParameter(description: string) {
  return v.pipe(
    v.string(),
    v.metadata({
      description: `${description} ISO 8601 with up to nine digits of a second.`,
      examples: ['2026-01-02T03:04:05.000000006Z'],
      pattern: MOMENT_PATTERN,
    }),
    v.rawTransform<string, bigint>(({ dataset, addIssue, NEVER }) => {
      const time = parseTime(dataset.value);
      if (time?.kind === 'moment') return time.nanos;
      addIssue({ message: 'expected an ISO 8601 time of 1970 to 2262' });
      return NEVER;
    }),
  );
}

/** As precise as a pattern can be: the days of the months are checked besides. */
const MOMENT_PATTERN =
  '^(19[7-9]\\d|20\\d\\d|21\\d\\d|22[0-5]\\d|226[01])-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])(T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+\\-](0\\d|1[0-3]):[0-5]\\d)?)?$';
const TIME_PATTERN = `^now([+\\-][0-9]{1,9}[smhdw])?$|${MOMENT_PATTERN}`;

/** Nanoseconds since 1970 as ISO 8601 with nine digits of a second: text that sorts, and nothing is lost. */
export function isoTime(nanos: bigint): string {
  const millis = nanos / 1_000_000n;
  const rest = String(nanos % 1_000_000n).padStart(6, '0');
  return `${new Date(Number(millis)).toISOString().slice(0, -1)}${rest}Z`;
}

/** A time in an answer. */
export function time(description: string) {
  return v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$/),
    v.description(description),
  );
}

/** Nanoseconds since 1970 as milliseconds, for charts; digits below a microsecond are lost. */
export function chartTime(nanos: bigint): number {
  return Number(nanos / 1_000n) / 1_000;
}
