import { expect, test } from 'bun:test';
import { learningRate } from './learning-rate.ts';

test('warms up in a line, peaks, and anneals to nearly nothing', () => {
  expect(learningRate(0.4, 0)).toBeCloseTo(0.0004);
  expect(learningRate(0.4, 0.025)).toBeCloseTo(0.2);
  expect(learningRate(0.4, 0.05)).toBeCloseTo(0.4);
  expect(learningRate(0.4, 0.525)).toBeCloseTo(0.2, 2);
  expect(learningRate(0.4, 1)).toBeCloseTo(0.0004);
});

test('never rises after the warm-up', () => {
  const rates = Array.from({ length: 96 }, (_, i) => learningRate(1, 0.05 + i / 100));
  for (const [i, rate] of rates.slice(1).entries()) expect(rate).toBeLessThanOrEqual(rates[i]!);
});

test('a run that goes on restarts the cosine', () => {
  expect(learningRate(0.4, 1.001)).toBeGreaterThan(0.39);
  expect(learningRate(0.4, 1.5)).toBeCloseTo(0.2, 2);
});
