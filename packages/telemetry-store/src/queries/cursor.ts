import * as v from 'valibot';
import { QueryError } from './query-error.ts';

/**
 * A gap between two rows of a list that is ordered by (time, id). Rows that are alike in both cannot be told apart: of
 * those, `seen` lie on the side `side` of the gap. So a walk counts them, and a row that comes in elsewhere moves nothing.
 */
export interface Gap {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly id: string;
  readonly seen: number;
  readonly side: 'newer' | 'older';
}

const NANOS = v.pipe(
  v.string(),
  v.regex(/^-?\d{1,19}$/),
  v.transform((text) => BigInt(text)),
  v.check((time) => BigInt.asIntN(64, time) === time),
);

const CURSOR = v.strictObject({
  v: v.literal(1),
  /** The list that it is of: a position in one list is none in another. */
  l: v.string(),
  t: NANOS,
  i: v.pipe(v.string(), v.regex(/^[0-9a-f]*$/)),
  n: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000)),
  s: v.picklist(['newer', 'older']),
});

const MAX_LENGTH = 4096;

/** Opaque text, of characters that need no escaping in a URL. */
export function encodeCursor(list: string, { time, id, seen, side }: Gap): string {
  return Buffer.from(JSON.stringify({ v: 1, l: list, t: String(time), i: id, n: seen, s: side })).toString(
    'base64url',
  );
}

/** @throws QueryError `cursor`, where it is anything but what {@link encodeCursor} made for this list */
export function decodeCursor(list: string, cursor: string, idType: 'UInt64' | 'String'): Gap {
  const parsed = v.safeParse(CURSOR, cursor.length > MAX_LENGTH ? undefined : jsonOf(cursor));
  if (!parsed.success || parsed.output.l !== list || (idType === 'UInt64' && !isUInt64(parsed.output.i)))
    throw new QueryError('cursor', `this is no cursor of ${list}: ask again without one`);
  const { t, i, n, s } = parsed.output;
  return { time: t, id: i, seen: n, side: s };
}

function jsonOf(cursor: string): unknown {
  if (!/^[\w-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Whether it is a whole number of 64 bits in decimal digits, as ClickHouse writes a UInt64. */
export function isUInt64(text: string): boolean {
  return /^(0|[1-9]\d{0,19})$/.test(text) && BigInt.asUintN(64, BigInt(text)) === BigInt(text);
}
