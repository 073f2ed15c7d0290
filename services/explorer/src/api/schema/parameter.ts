import * as v from 'valibot';

/**
 * How a parameter, which arrives as text, is described to a reader of the OpenAPI document. What describes stands before what transforms:
 * the document is about what is sent.
 */
export interface Described {
  readonly description: string;
  readonly [keyword: string]: unknown;
}

/** Half of a character: the store takes valid Unicode only. */
const NO_TEXT = /\p{Surrogate}/u;

/** Any text within bounds, in code units. */
export function textParameter(described: Described, { max = 1_024, min = 1 } = {}) {
  return v.pipe(
    v.string(),
    v.minLength(min),
    v.maxLength(max),
    v.check((text) => !NO_TEXT.test(text), 'expected valid Unicode'),
    v.metadata({ ...described }),
  );
}

/** Decimal digits that are a whole number within bounds, both included. */
export function wholeParameter(
  { min, max }: { readonly min: number; readonly max: number },
  described: Described,
) {
  return v.pipe(
    v.string(),
    v.check(
      (text) => /^-?\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `expected a whole number from ${min} to ${max}`,
    ),
    v.metadata({ type: 'integer', minimum: min, maximum: max, ...described }),
    v.transform(Number),
  );
}

/** Any finite number, as JSON writes it. */
export function numberParameter(described: Described) {
  return v.pipe(
    v.string(),
    v.check(
      (text) => /^-?\d{1,17}(\.\d{1,17})?(e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text)),
      'expected a number',
    ),
    v.metadata({ type: 'number', ...described }),
    v.transform(Number),
  );
}

/** A parameter that may be given several times: `a=1&a=2`. */
export function repeatedParameter<Item extends v.GenericSchema<string, unknown>>(
  item: Item,
  { maxItems, items, ...described }: Described & { readonly maxItems: number; readonly items: object },
) {
  return v.pipe(
    v.custom<string | readonly string[]>(
      (input) => typeof input === 'string' || (Array.isArray(input) && input.every(isText)),
      'expected text',
    ),
    v.metadata({ ...described, type: 'array', items, maxItems }),
    v.transform((input) => (typeof input === 'string' ? [input] : [...input])),
    v.maxLength(maxItems, `expected at most ${maxItems}`),
    v.array(item),
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Hexadecimal digits, of which none but zeros is no id; in lower case afterwards, as the store has them. */
export function hexParameter(digits: number, description: string) {
  return v.pipe(
    v.string(),
    v.check(
      (text) => text.length === digits && /^[0-9a-f]+$/i.test(text),
      `expected ${digits} hexadecimal digits`,
    ),
    v.metadata({ description, pattern: `^[0-9a-fA-F]{${digits}}$` }),
    v.transform((text) => text.toLowerCase()),
  );
}
