import { FEATURES, type Sample } from './samples.ts';

/** A linear model: one weight for each feature, and last the offset. */
export type Model = readonly number[];

export const UNTRAINED: Model = Array.from({ length: FEATURES + 1 }, () => 0);

const STEEPEST = 2;

export interface Update {
  readonly model: Model;
  /** Mean of the squared errors, before the step. */
  readonly loss: number;
  /** Length of the gradient, before it was clipped to {@link STEEPEST}. */
  readonly gradientNorm: number;
  readonly clipped: boolean;
}

/** One step of gradient descent on the mean squared error of a batch. */
export function step(model: Model, samples: readonly Sample[], learningRate: number): Update {
  const errors = samples.map((sample) => predict(model, sample) - sample.y);
  const gradient = model.map(
    (_, i) => errors.reduce((sum, error, j) => sum + 2 * error * (samples[j]!.x[i] ?? 1), 0) / samples.length,
  );
  const gradientNorm = Math.hypot(...gradient);
  const clipped = gradientNorm > STEEPEST;
  const rate = learningRate * (clipped ? STEEPEST / gradientNorm : 1);
  return {
    model: model.map((weight, i) => weight - rate * gradient[i]!),
    loss: meanSquare(errors),
    gradientNorm,
    clipped,
  };
}

/** Mean of the squared errors. */
export function lossOf(model: Model, samples: readonly Sample[]): number {
  return meanSquare(samples.map((sample) => predict(model, sample) - sample.y));
}

function predict(model: Model, { x }: Sample): number {
  return x.reduce((sum, value, i) => sum + value * model[i]!, model.at(-1)!);
}

function meanSquare(errors: readonly number[]): number {
  return errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
}
