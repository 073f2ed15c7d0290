import { describe, expect, test } from 'bun:test';
import { addBuckets, histogramQuantile } from './histogram-quantile.ts';

// By hand, as Prometheus: 10 values, cumulative 2, 6, 9, 10.
const BUCKETS = { bounds: [1, 5, 10], counts: [2, 4, 3, 1] };

describe('histogramQuantile', () => {
  test.each([
    ['the median: rank 5 is 3 of the 4 values from 1 to 5', 0.5, 1 + 4 * (3 / 4)],
    ['in the first bucket, which begins at 0: rank 1 of 2', 0.1, 0.5],
    ['at the end of a bucket: rank 6', 0.6, 5],
    ['rank 7.5 is 1.5 of the 3 from 5 to 10', 0.75, 7.5],
    ['above the last bound, the last bound', 0.99, 10],
    ['all', 1, 10],
    ['none', 0, 0],
    ['below 0', -0.1, Number.NEGATIVE_INFINITY],
    ['above 1', 1.1, Number.POSITIVE_INFINITY],
  ])('%s', (_, q, expected) => {
    expect(histogramQuantile(q, BUCKETS)).toBeCloseTo(expected, 12);
  });

  test('without values, without bounds, or for NaN there is none', () => {
    expect(histogramQuantile(Number.NaN, BUCKETS)).toBeNaN();
    expect(histogramQuantile(0.5, { bounds: [1], counts: [0, 0] })).toBeNaN();
    expect(histogramQuantile(0.5, { bounds: [], counts: [7] })).toBeNaN();
  });

  test('a first bucket that ends at or below 0 has no beginning: its end', () => {
    expect(histogramQuantile(0.5, { bounds: [-3, 1], counts: [4, 1, 0] })).toBe(-3);
  });
});

test('buckets of one layout add up, those of others go where they end', () => {
  expect(addBuckets([BUCKETS, BUCKETS])).toEqual({ bounds: [1, 5, 10], counts: [4, 8, 6, 2] });
  expect(addBuckets([BUCKETS, { bounds: [2, 10], counts: [1, 1, 1] }])).toEqual({
    bounds: [1, 2, 5, 10],
    counts: [2, 1, 4, 4, 2],
  });
});
