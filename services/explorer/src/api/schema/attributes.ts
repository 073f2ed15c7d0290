import * as v from 'valibot';
import { decodeNested } from './nested-values.ts';

export const ATTRIBUTES = v.pipe(
  v.record(v.string(), v.string()),
  v.description('Values as text; arrays and maps as JSON.'),
  v.metadata({ ref: 'Attributes' }),
);

/** Attributes as the store has them, with what it holds as bytes made readable. */
export function toAttributes(stored: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, decodeNested(value)]));
}
