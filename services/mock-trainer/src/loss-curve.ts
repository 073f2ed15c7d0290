import { learningRate } from './learning-rate.ts';
import type { Noise } from './noise.ts';
import type { Workload } from './workload.ts';

export type Validation = { loss: number; accuracy: number };

/** The run's curves are those of a training of 90 epochs, however long the run is in batches. */
const typicalEpochs = 90;
const overfitsFrom = 0.6;

/** Training loss of one batch at `progress` (part of the run that is done, may pass 1). */
export function trainingLoss(workload: Workload, progress: number, noise: Noise): number {
  const level = lossLevel(workload, progress);
  return Math.max(0.01, level * (1 + 0.03 * noise.normal()));
}

/** Loss and accuracy of a validation at `progress`: above the training loss, and worse again late in the run. */
export function validate(workload: Workload, progress: number, noise: Noise): Validation {
  const overfit = overfitting(progress);
  const generalizationGap = 0.12 * (1 - (1 + progress * typicalEpochs) ** -1);
  const level = lossLevel(workload, progress) * (1 + generalizationGap) + 0.35 * workload.finalLoss * overfit;
  const learned = 1 - (1 + (progress * typicalEpochs) / 4) ** -1.1;
  const reach = workload.bestAccuracy - workload.chanceAccuracy;
  const accuracy = workload.chanceAccuracy + reach * learned * (1 - 0.04 * overfit);
  return {
    loss: Math.max(0.01, level * (1 + 0.008 * noise.normal())),
    accuracy: Math.min(1, Math.max(0, accuracy * (1 + 0.006 * noise.normal()))),
  };
}

/** A power law in time, plus what a high learning rate keeps it from settling. */
function lossLevel(workload: Workload, progress: number): number {
  const { initialLoss, finalLoss } = workload;
  const fallen = (1 + progress * typicalEpochs) ** -0.9;
  const unsettled = 0.15 * learningRate(1, progress) * (1 - fallen);
  return finalLoss + (initialLoss - finalLoss) * fallen + finalLoss * unsettled;
}

/** 0 for the first 60 % of the run, then growing towards 1. */
function overfitting(progress: number): number {
  const late = Math.max(0, progress - overfitsFrom);
  return 1 - Math.exp(-((late / 0.4) ** 2));
}
