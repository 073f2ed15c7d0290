import { expect, test } from 'bun:test';
import { serialize } from './serialize-snapshot.ts';

test('non-finite numbers stand bare, as Python writes them', () => {
  expect(serialize({ a: Number.NaN, b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] })).toBe(
    '{"a": NaN, "b": [Infinity, -Infinity]}',
  );
});

test('a string that says NaN stays a string', () => {
  expect(serialize({ note: 'NaN "quoted"\n' })).toBe('{"note": "NaN \\"quoted\\"\\n"}');
});

test('finite values read back as they were', () => {
  const value = { a: 1e-9, b: -0.25, c: 'é', d: [true, null, { e: 1e21 }] };
  expect(JSON.parse(serialize(value))).toEqual(value);
});

test('undefined members are left out', () => {
  expect(serialize({ a: undefined, b: 1 })).toBe('{"b": 1}');
});
