/** What a job trains, and the figures its curves are drawn from. */
export type Workload = {
  modelName: string;
  dataset: string;
  optimizer: string;
  batchSize: number;
  /** Highest learning rate, reached at the end of the warm-up. */
  peakLearningRate: number;
  /** Loss before the first update. */
  initialLoss: number;
  /** What the training loss falls towards. */
  finalLoss: number;
  /** Accuracy by guessing, 0..1. */
  chanceAccuracy: number;
  /** What the accuracy rises towards, 0..1. */
  bestAccuracy: number;
  batchMs: number;
};

const resnet: Workload = {
  modelName: 'resnet-50',
  dataset: 'imagenet',
  optimizer: 'sgd',
  batchSize: 1024,
  peakLearningRate: 0.4,
  initialLoss: Math.log(1000),
  finalLoss: 0.9,
  chanceAccuracy: 0.001,
  bestAccuracy: 0.77,
  batchMs: 300,
};

const further: readonly Workload[] = [
  {
    modelName: 'bert-base',
    dataset: 'wikipedia',
    optimizer: 'adamw',
    batchSize: 256,
    peakLearningRate: 1e-4,
    initialLoss: Math.log(30_522),
    finalLoss: 1.4,
    chanceAccuracy: 0.0001,
    bestAccuracy: 0.69,
    batchMs: 420,
  },
  {
    modelName: 'vit-b-16',
    dataset: 'cifar-100',
    optimizer: 'adamw',
    batchSize: 512,
    peakLearningRate: 1e-3,
    initialLoss: Math.log(100),
    finalLoss: 0.35,
    chanceAccuracy: 0.01,
    bestAccuracy: 0.88,
    batchMs: 260,
  },
  {
    modelName: 'unet',
    dataset: 'cityscapes',
    optimizer: 'adam',
    batchSize: 32,
    peakLearningRate: 3e-4,
    initialLoss: Math.log(19),
    finalLoss: 0.22,
    chanceAccuracy: 0.05,
    bestAccuracy: 0.81,
    batchMs: 510,
  },
];

/** The workload of the `index`-th job (from 0). The first is always ResNet-50 on ImageNet; the others take turns. */
export function workloadOf(index: number): Workload {
  return index === 0 ? resnet : further[(index - 1) % further.length]!;
}

/** The id of the `index`-th job (from 0): `training-job-123`, `training-job-124`, … */
export function jobIdOf(index: number): string {
  return `training-job-${123 + index}`;
}
