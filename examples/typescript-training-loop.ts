/**
 * Trains a small neural network in plain TypeScript and sends its true loss, step by step.
 *
 *   OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 bun examples/typescript-training-loop.ts
 *
 * The data: points in a square, and whether they lie in a ring. No line divides them, so the network must learn a curve.
 */
// In a project of your own: from 'ml-otel-bridge'.
import { startRun } from '../packages/ml-otel-bridge/src/index.ts';

const config = { hidden: 16, learning_rate: 1, batch_size: 32, epochs: 100, seed: 7 };
const random = randomFrom(config.seed);
const train = ringData(640);
const validation = ringData(160);
const network = createNetwork(config.hidden);

// Ends the run as finished when the program leaves this scope, and waits until what is left was sent.
await using run = startRun({
  jobId: process.env.JOB_ID ?? `ring-${Date.now()}`,
  modelName: 'mlp-2-16-1',
  dataset: 'ring',
  config,
});

for (let epoch = 0; epoch < config.epochs; epoch++) {
  for (let start = 0, batch = 0; start < train.length; start += config.batch_size, batch++) {
    const began = performance.now();
    const loss = step(network, train.slice(start, start + config.batch_size), config.learning_rate);
    const processing_time_ms = performance.now() - began;
    const samples_per_second = (config.batch_size / processing_time_ms) * 1_000;
    run.log(
      { loss, learning_rate: config.learning_rate, processing_time_ms, samples_per_second },
      { epoch, batch },
    );
  }
  const { loss, accuracy } = evaluate(network, validation);
  run.log({ val_loss: loss, accuracy }, { epoch, batch: train.length / config.batch_size - 1 });
}

const { loss, accuracy } = evaluate(network, validation);
console.log(`${run.jobId}: validation loss ${loss.toFixed(4)}, accuracy ${accuracy.toFixed(3)}`);

type Sample = { readonly x: readonly [number, number]; readonly y: 0 | 1 };
type Network = { readonly w1: number[][]; readonly b1: number[]; readonly w2: number[]; b2: number };

function ringData(count: number): Sample[] {
  return Array.from({ length: count }, () => {
    const x = [random() * 2 - 1, random() * 2 - 1] as const;
    const radius = Math.hypot(...x);
    return { x, y: radius > 0.4 && radius < 0.9 ? 1 : 0 };
  });
}

function createNetwork(hidden: number): Network {
  const weight = () => (random() * 2 - 1) * 1.5;
  return {
    w1: Array.from({ length: hidden }, () => [weight(), weight()]),
    b1: Array.from({ length: hidden }, weight),
    w2: Array.from({ length: hidden }, weight),
    b2: 0,
  };
}

function forward({ w1, b1, w2, b2 }: Network, [x0, x1]: Sample['x']): { hidden: number[]; output: number } {
  const hidden = w1.map(([a, b], unit) => Math.tanh(a! * x0 + b! * x1 + b1[unit]!));
  const logit = hidden.reduce((sum, value, unit) => sum + value * w2[unit]!, b2);
  return { hidden, output: 1 / (1 + Math.exp(-logit)) };
}

/** One step of gradient descent on the mean cross-entropy of a batch; gives the loss before it. */
function step(network: Network, batch: readonly Sample[], learningRate: number): number {
  const { w1, b1, w2 } = network;
  const passes = batch.map(({ x, y }) => ({ x, y, ...forward(network, x) }));
  const rate = learningRate / batch.length;
  for (const { x, y, hidden, output } of passes) {
    const delta = output - y;
    network.b2 -= rate * delta;
    for (const [unit, value] of hidden.entries()) {
      const back = delta * w2[unit]! * (1 - value * value);
      w2[unit]! -= rate * delta * value;
      b1[unit]! -= rate * back;
      w1[unit]![0]! -= rate * back * x[0];
      w1[unit]![1]! -= rate * back * x[1];
    }
  }
  return mean(passes.map(({ y, output }) => crossEntropy(y, output)));
}

function evaluate(network: Network, samples: readonly Sample[]): { loss: number; accuracy: number } {
  const outputs = samples.map(({ x, y }) => ({ y, output: forward(network, x).output }));
  return {
    loss: mean(outputs.map(({ y, output }) => crossEntropy(y, output))),
    accuracy: mean(outputs.map(({ y, output }) => (output > 0.5 === (y === 1) ? 1 : 0))),
  };
}

function crossEntropy(y: 0 | 1, output: number): number {
  const probability = y === 1 ? output : 1 - output;
  return -Math.log(Math.max(probability, 1e-12));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
