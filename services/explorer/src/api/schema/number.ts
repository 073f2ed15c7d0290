import * as v from 'valibot';

/** What JSON has no number for, by name, as protobuf's JSON writes it. */
const NAMES = ['NaN', 'Infinity', '-Infinity'] as const;

export type JsonNumber = number | (typeof NAMES)[number];

/** A number in an answer that may be none that JSON knows. */
export function jsonNumber(description: string) {
  return v.pipe(v.union([v.number(), v.picklist(NAMES)]), v.description(description));
}

export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return String(value) as JsonNumber;
}
