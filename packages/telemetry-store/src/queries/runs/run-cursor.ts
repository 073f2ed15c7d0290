import * as v from 'valibot';
import { QueryError } from '../query-error.ts';

/** Behind a run, in a list that is ordered by a key and, where that is the same, by the id. */
export interface RunPlace {
  /** A whole number in decimal digits, or a name. */
  readonly key: string;
  readonly id: string;
}

const PLACE = v.strictObject({
  v: v.literal(1),
  /** The order that it is of. */
  o: v.string(),
  k: v.string(),
  i: v.string(),
});

const MAX_LENGTH = 16_384;
const WHOLE = /^-?\d{1,19}$/;

/** Opaque text, of characters that need no escaping in a URL. */
export function encodeRunCursor(order: string, { key, id }: RunPlace): string {
  return Buffer.from(JSON.stringify({ v: 1, o: order, k: key, i: id })).toString('base64url');
}

/** @throws QueryError `cursor`, where it is anything but what {@link encodeRunCursor} made for this order */
export function decodeRunCursor(order: string, cursor: string, keyIsNumber: boolean): RunPlace {
  const parsed = v.safeParse(PLACE, jsonOf(cursor));
  if (!parsed.success || parsed.output.o !== order || (keyIsNumber && !isInt64(parsed.output.k)))
    throw new QueryError('cursor', 'this is no cursor of this list of runs: ask again without one');
  return { key: parsed.output.k, id: parsed.output.i };
}

function isInt64(text: string): boolean {
  return WHOLE.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function jsonOf(cursor: string): unknown {
  if (cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
