/** Training runs as their bridges send them: points by step, what began and ended, configuration, logs and spans. */

import { randomNumbers } from '../../../scripts/random-numbers.ts';
import { keyValues, type Sender, type Values } from './otlp-json.ts';
import { randomHex } from './random-hex.ts';

const SECOND = 1_000_000_000n;

export interface RunMade {
  readonly id: string;
  readonly model: string;
  readonly dataset: string;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly steps: number;
  readonly seed: number;
  readonly config?: object;
  readonly project?: string;
  /** How it ended; undefined where it did not say. */
  readonly status?: 'finished' | 'failed';
  readonly ranks?: number;
  /** Steps to go back by, each time so many steps were made. */
  readonly resumes?: readonly { readonly after: number; readonly back: number }[];
  /** The loss at a step that is out of the ordinary. */
  readonly odd?: Readonly<Record<number, number>>;
}

/** Of one step after the other, with the seconds since the start when it was made. */
function* walk({ steps, resumes = [] }: RunMade): Generator<{ step: number; at: number }> {
  let at = 0;
  let step = 0;
  const left = [...resumes];
  while (step < steps) {
    yield { step: ++step, at: ++at };
    if (left[0]?.after === step) {
      step -= left.shift()!.back;
      at += 60;
    }
  }
}

const BATCHES = 100;
/** Points of one request. */
const MOST = 2_000;

/** One metric of a run at one step. */
export function pointAt(
  run: Pick<RunMade, 'id' | 'model' | 'dataset' | 'start'>,
  { step, at, value, rank }: { step: number; at: number; value: number; rank?: number | undefined },
): object {
  return {
    startTimeUnixNano: String(run.start),
    timeUnixNano: String(run.start + BigInt(at) * SECOND),
    asDouble: Number.isFinite(value) ? value : String(value),
    attributes: keyValues({
      'job.id': run.id,
      'model.name': run.model,
      dataset: run.dataset,
      epoch: Math.floor((step - 1) / BATCHES),
      batch: step,
      ...(rank !== undefined && { rank: String(rank) }),
    }),
  };
}

export async function sendRun(sender: Sender, run: RunMade): Promise<void> {
  const random = randomNumbers(run.seed);
  const places = [...walk(run)];
  for (let rank = 0; rank < (run.ranks ?? 1); rank++) {
    const of = run.ranks === undefined ? undefined : rank;
    const series = valuesOf(run, random, rank);
    for (const [name, value] of Object.entries(series)) {
      const points = places.map((place) => pointAt(run, { ...place, value: value(place.step), rank: of }));
      for (let from = 0; from < points.length; from += MOST)
        await sender.metrics('trainer', [
          { name: `ml.training.${name}`, gauge: { dataPoints: points.slice(from, from + MOST) } },
        ]);
    }
  }
  await tell(sender, run, places.at(-1)!.at);
  await work(sender, run, places, random);
}

function valuesOf({ odd = {}, steps }: RunMade, random: () => number, rank: number) {
  const noise = (size: number) => (random() + random() - 1) * size;
  return {
    loss: (step: number) =>
      odd[step] ?? 0.3 + 2.2 * Math.exp(-step / (steps / 8)) + noise(0.08) + rank * 0.05,
    accuracy: (step: number) => 0.94 - 0.9 * Math.exp(-step / (steps / 5)) + noise(0.012),
    learning_rate: (step: number) =>
      3e-4 * Math.min(1, step / 80) * (0.5 + 0.5 * Math.cos((Math.PI * step) / steps)),
    grad_norm: (step: number) =>
      1.4 + 4 * Math.exp(-step / 40) + Math.abs(noise(0.9)) * (random() < 0.006 ? 12 : 1),
    'val.loss': (step: number) => 0.36 + 2.1 * Math.exp(-step / (steps / 7)) + noise(0.02),
    gpu_utilization: () => 0.93 + noise(0.05),
  };
}

async function tell(sender: Sender, run: RunMade, end: number): Promise<void> {
  const event = (name: string, at: number, attributes: Values = {}, body = '') => ({
    time: run.start + BigInt(at) * SECOND,
    severity: 9,
    body,
    eventName: `ml.run.${name}`,
    attributes: { 'job.id': run.id, ...attributes },
  });
  await sender.logs('trainer', [
    event('started', 0, {
      'model.name': run.model,
      dataset: run.dataset,
      ...(run.project !== undefined && { 'ml.project': run.project }),
    }),
    ...(run.resumes ?? []).map((_, index) => event('started', 61 * (index + 1) + index)),
    ...(run.config === undefined ? [] : [event('config', 0, {}, JSON.stringify(run.config))]),
    ...(run.status === undefined ? [] : [event('finished', end + 1, { 'ml.run.status': run.status })]),
  ]);
}

/** What the run says and does meanwhile. */
async function work(
  sender: Sender,
  run: RunMade,
  places: readonly { readonly step: number; readonly at: number }[],
  random: () => number,
): Promise<void> {
  const some = places.filter(({ step }) => step % 10 === 0);
  const timeOf = (at: number) => run.start + BigInt(at) * SECOND;
  await sender.logs(
    'trainer',
    some.map(({ step, at }) => ({
      time: timeOf(at),
      severity: step % BATCHES === 0 ? 9 : 5,
      body: step % BATCHES === 0 ? `checkpoint saved: ckpt/${step}.pt` : `step ${step} done`,
      attributes: { 'job.id': run.id },
    })),
  );
  await sender.spans(
    'trainer',
    some.map(({ step, at }) => ({
      traceId: randomHex(random, 16),
      spanId: randomHex(random, 8),
      name: step % BATCHES === 0 ? 'checkpoint' : 'train.step',
      kind: 1,
      start: timeOf(at),
      duration: SECOND / 2n,
      attributes: { 'job.id': run.id, step },
    })),
  );
}

/** Some runs of some hours, of which each has something of its own. */
export async function sendSampleRuns(sender: Sender, end: bigint): Promise<void> {
  const hour = 3_600n * SECOND;
  const base = { dataset: 'imagenet', project: 'vision', steps: 1_200, status: 'finished' } as const;
  const config = (lr: number, more: object = {}) => ({
    epochs: 12,
    batches_per_epoch: BATCHES,
    optimizer: { name: 'adamw', lr, weight_decay: 0.05 },
    seed: 7,
    ...more,
  });
  const runs: RunMade[] = [
    {
      ...base,
      id: 'vit-b16-lr3e-4',
      model: 'vit-b/16',
      start: end - 2n * hour,
      seed: 1,
      config: config(3e-4),
      odd: { 700: 9.5 },
    },
    {
      ...base,
      id: 'vit-b16-lr1e-3',
      model: 'vit-b/16',
      start: end - 5n * hour,
      seed: 2,
      status: 'failed',
      config: config(1e-3),
      odd: Object.fromEntries(
        [...Array(40).keys()].map((i) => [900 + i, i === 0 ? Number.POSITIVE_INFINITY : Number.NaN]),
      ),
    },
    {
      ...base,
      id: 'resnet50-resumed',
      model: 'resnet-50',
      start: end - 9n * hour,
      seed: 3,
      config: config(1e-1, { optimizer: { name: 'sgd', lr: 0.1, momentum: 0.9 } }),
      resumes: [
        { after: 500, back: 100 },
        { after: 900, back: 150 },
      ],
    },
    {
      ...base,
      id: 'resnet50-two-ranks',
      model: 'resnet-50',
      start: end - 20n * hour,
      seed: 4,
      ranks: 2,
      config: config(1e-1),
    },
  ];
  for (const run of runs) await sendRun(sender, run);
}
