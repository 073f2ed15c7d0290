import * as v from 'valibot';

/** Seconds and nanoseconds since the Unix epoch, as OpenTelemetry's `HrTime`. */
export type Time = [seconds: number, nanoseconds: number];

/** An instant as a sender wrote it; `zoned` is false where it named no zone and was read as UTC. */
export interface Timestamp {
  readonly time: Time;
  readonly zoned: boolean;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const ACCEPTED = 'an ISO 8601 time such as 2026-01-31T12:00:00Z, between 1970 and 2261';
/** OTLP times are unsigned 64-bit nanoseconds, ClickHouse's DateTime64(9) signed: both hold times up to 2262. */
const LAST_SECOND = Date.UTC(2261, 11, 31) / 1000;

/** Reads an ISO 8601 / RFC 3339 time to the nanosecond; undefined where it is none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  const fields = [
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  ] as const;
  const millis = Date.UTC(...fields);
  const read = new Date(millis);
  const rolledOver =
    read.getUTCMonth() !== fields[1] ||
    read.getUTCDate() !== fields[2] ||
    fields[3] > 23 ||
    fields[4] > 59 ||
    fields[5] > 59;
  if (rolledOver) return undefined;
  const seconds = millis / 1000 - offsetSeconds(zone);
  if (seconds < 0 || seconds > LAST_SECOND) return undefined;
  return { time: [seconds, Number((fraction ?? '').padEnd(9, '0'))], zoned: zone !== undefined };
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || '0') * 60;
  return zone[0] === '-' ? -seconds : seconds;
}

/** A time in a snapshot. */
export const TimestampSchema = v.pipe(
  v.string((issue) => `expected ${ACCEPTED}, got ${describe(issue.input)}`),
  v.maxLength(64, `expected ${ACCEPTED}`),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const timestamp = parseTimestamp(dataset.value);
    if (timestamp) return timestamp;
    addIssue({ message: `expected ${ACCEPTED}, got ${describe(dataset.value)}` });
    return NEVER;
  }),
);

function describe(input: unknown): string {
  return typeof input === 'string' ? JSON.stringify(input.slice(0, 40)) : typeof input;
}
