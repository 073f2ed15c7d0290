import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { roundedValues } from './rounded.ts';

const of = (values: readonly number[]) => ({ first: values, last: values, min: values, max: values });

test.each([
  ['rounded', 1e-4],
  ['fine', 1e-6],
] as const)('a chart cannot show the digits that go: %s', (kind, part) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e200, max: 1e200 }), {
        minLength: 1,
        maxLength: 50,
      }),
      (values) => {
        const range = Math.max(...values) - Math.min(...values);
        for (const [i, value] of roundedValues(of(values), kind).first.entries()) {
          const off = Math.abs(value - values[i]!);
          expect(off).toBeLessThanOrEqual(Math.max(range * part, Math.abs(values[i]!) * 1e-15));
          expect(off).toBeLessThanOrEqual(Math.abs(values[i]!) * 1e-4);
        }
      },
    ),
  );
});

test('a small change of a large value stays to be seen', () => {
  const { max } = roundedValues(of([1_700_000_000, 1_700_000_000.5, 1_700_000_001]));
  expect(max).toEqual([1_700_000_000, 1_700_000_000.5, 1_700_000_001]);
});

test('digits are few where few tell all', () => {
  expect(roundedValues(of([0.123456789, 9.87654321, 1e-7 / 3])).last).toEqual([0.12346, 9.8765, 3.3333e-8]);
});

test('what is one value, or none, stays as it is', () => {
  expect(roundedValues(of([1 / 3, 1 / 3])).min).toEqual([1 / 3, 1 / 3]);
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(roundedValues(of(odd)).first).toEqual(odd);
  expect(roundedValues(of([]))).toEqual(of([]));
});
