import * as v from 'valibot';
import { isRelative, isTimeText } from '../time/time-text.ts';

const MAX_TEXT = 2_000;
const MAX_LIST = 50;

/** All take text, as an address has it, and what they themselves gave. */
export const textParam = v.pipe(v.string(), v.maxLength(MAX_TEXT));

export const timeParam = v.pipe(v.string(), v.check(isTimeText));

/** A time that does not move: nothing that begins with `now`. */
export const momentParam = v.pipe(
  timeParam,
  v.check((text) => !isRelative(text)),
);

export const wholeNumberParam = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))]),
  v.safeInteger(),
  v.minValue(0),
);

export const numberParam = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/), v.transform(Number))]),
  v.finite(),
);

/** Present is on. */
export const flagParam = v.pipe(
  v.union([v.boolean(), v.literal('1'), v.literal('true'), v.literal('false')]),
  v.transform((value) => value === true || value === '1' || value === 'true'),
);

export const listParam = v.pipe(
  v.union([
    v.array(textParam),
    v.pipe(
      textParam,
      v.transform((one) => [one]),
    ),
  ]),
  v.maxLength(MAX_LIST),
);

export function choiceParam<const T extends readonly string[]>(...choices: T) {
  return v.picklist(choices);
}

/** Hex of so many digits, in either case. */
export const traceIdParam = v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{32}$/), v.toLowerCase());
export const spanIdParam = v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{16}$/), v.toLowerCase());
