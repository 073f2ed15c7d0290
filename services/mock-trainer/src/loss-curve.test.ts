import { expect, test } from 'bun:test';
import { trainingLoss, validate } from './loss-curve.ts';
import { createNoise } from './noise.ts';
import { workloadOf } from './workload.ts';

const quiet = { uniform: () => 0.5, normal: () => 0 };
const resnet = workloadOf(0);

test('the training loss starts at guessing and falls all the way', () => {
  const losses = Array.from({ length: 101 }, (_, i) => trainingLoss(resnet, i / 100, quiet));
  expect(losses[0]).toBeCloseTo(Math.log(1000), 1);
  expect(losses[100]).toBeLessThan(1.1);
  expect(losses.every((loss, i) => i === 0 || loss < losses[i - 1]!)).toBe(true);
});

test('the validation loss has its lowest point before the end: the run overfits', () => {
  const losses = Array.from({ length: 101 }, (_, i) => validate(resnet, i / 100, quiet).loss);
  const lowest = losses.indexOf(Math.min(...losses));
  expect(lowest).toBeGreaterThan(40);
  expect(lowest).toBeLessThan(95);
  expect(losses[100]!).toBeGreaterThan(losses[lowest]! * 1.05);
});

test('the accuracy rises from guessing to near its best, as a fraction', () => {
  expect(validate(resnet, 0, quiet).accuracy).toBeCloseTo(0.001);
  expect(validate(resnet, 0.6, quiet).accuracy).toBeGreaterThan(0.7);
  expect(validate(resnet, 1, quiet).accuracy).toBeLessThan(0.77);
});

test('losses are noisy', () => {
  const noise = createNoise(1, 'test');
  const losses = Array.from({ length: 50 }, () => trainingLoss(resnet, 0.5, noise));
  expect(new Set(losses).size).toBe(50);
});
