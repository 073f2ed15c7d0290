/**
 * An hour of a small training platform: an API that trains on request, a trainer, a feature store. Its logs, traces and
 * metrics belong together as those of real services do: a failed request has an error span, a log line and a count.
 */

import { randomNumbers } from '../../../scripts/random-numbers.ts';
import { keyValues, type LogMade, type Sender, type SpanMade, type Values } from './otlp-json.ts';
import { randomHex } from './random-hex.ts';

export interface Sample {
  /** Of a trace over three services that failed. */
  readonly failedTrace: string;
  readonly traces: number;
  readonly logs: number;
  readonly run: string;
}

const MILLI = 1_000_000n;
const SECOND = 1_000n * MILLI;
const RUN = 'resnet50-lr3e-4';

const RESOURCES = {
  'train-api': {
    'service.version': '2.4.1',
    'host.name': 'node-a',
    'deployment.environment.name': 'production',
  },
  trainer: { 'service.version': '1.9.0', 'host.name': 'gpu-07', 'job.id': RUN, 'gpu.model': 'H100' },
  'feature-store': {
    'service.version': '0.12.3',
    'host.name': 'node-b',
    'deployment.environment.name': 'production',
  },
} as const satisfies Record<string, Values>;
type Service = keyof typeof RESOURCES;

const OPERATIONS = [
  { name: 'POST /v1/train', route: '/v1/train', weight: 3, base: 420 },
  { name: 'POST /v1/predict', route: '/v1/predict', weight: 10, base: 38 },
  { name: 'GET /v1/models', route: '/v1/models', weight: 5, base: 9 },
  { name: 'GET /v1/models/{id}', route: '/v1/models/{id}', weight: 4, base: 14 },
] as const;

interface Made {
  readonly spans: Record<Service, SpanMade[]>;
  readonly logs: Record<Service, LogMade[]>;
}

/** @param end nanoseconds since 1970; everything lies in the hour before it */
export async function sendSample(
  sender: Sender,
  {
    end,
    requests = 700,
    seed = 7,
  }: { readonly end: bigint; readonly requests?: number; readonly seed?: number },
): Promise<Sample> {
  const random = randomNumbers(seed);
  const made: Made = {
    spans: { 'train-api': [], trainer: [], 'feature-store': [] },
    logs: { 'train-api': [], trainer: [], 'feature-store': [] },
  };
  let failedTrace = '';
  for (let i = 0; i < requests; i++) {
    const at = end - BigInt(Math.floor((1 - (i + random()) / requests) * 3_560_000)) * MILLI - 20n * SECOND;
    const trouble = i > requests * 0.55 && i < requests * 0.68;
    const { traceId, failed, train } = request(random, made, at, trouble);
    if (failed && train) failedTrace = traceId;
  }
  chatter(random, made, end);
  const services = Object.keys(RESOURCES) as Service[];
  for (const service of services) {
    await sender.spans(service, made.spans[service], RESOURCES[service]);
    await sender.logs(service, made.logs[service], RESOURCES[service]);
  }
  await sendMetrics(sender, random, end);
  return {
    failedTrace,
    traces: requests,
    logs: services.reduce((sum, service) => sum + made.logs[service].length, 0),
    run: RUN,
  };
}

function request(random: () => number, made: Made, at: bigint, trouble: boolean) {
  const operation = pick(random, OPERATIONS);
  const train = operation.route === '/v1/train';
  const failed = random() < (trouble ? 0.28 : 0.015);
  const traceId = randomHex(random, 16);
  const root = randomHex(random, 8);
  const total = millis(operation.base * spread(random) * (trouble ? 2.5 : 1));
  const store = (parentSpanId: string, start: bigint, room: bigint, error?: string) => {
    const client = randomHex(random, 8);
    const server = randomHex(random, 8);
    made.spans['train-api'].push({
      traceId,
      spanId: client,
      parentSpanId,
      name: 'GET features',
      kind: 3,
      start,
      duration: room,
      attributes: { 'http.request.method': 'GET', 'server.address': 'feature-store', 'server.port': 7070 },
      ...(error !== undefined && { error }),
    });
    const inside = (room * 7n) / 10n;
    made.spans['feature-store'].push({
      traceId,
      spanId: server,
      parentSpanId: client,
      name: 'GET /features',
      kind: 2,
      start: start + room / 8n,
      duration: inside,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/features',
        'http.response.status_code': error === undefined ? 200 : 503,
      },
      ...(error !== undefined && { error }),
    });
    made.spans['feature-store'].push({
      traceId,
      spanId: randomHex(random, 8),
      parentSpanId: server,
      name: 'SELECT features',
      kind: 3,
      start: start + room / 5n,
      duration: (inside * 6n) / 10n,
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.text': 'SELECT * FROM features WHERE entity = ANY($1)',
        'db.namespace': 'features',
      },
    });
    return server;
  };
  const error = failed ? (train ? 'CUDA out of memory' : 'feature store did not answer in time') : undefined;
  made.spans['train-api'].push({
    traceId,
    spanId: root,
    name: operation.name,
    kind: 2,
    start: at,
    duration: total,
    attributes: {
      'http.request.method': operation.name.split(' ')[0]!,
      'http.route': operation.route,
      'http.response.status_code': failed ? 500 : 200,
      'user.id': `u${Math.floor(random() * 40)}`,
    },
    ...(error !== undefined && { error }),
  });
  const server = store(root, at + total / 20n, total / 5n, failed && !train ? error : undefined);
  if (failed && !train)
    made.logs['feature-store'].push({
      time: at + total / 6n,
      severity: 17,
      body: 'query canceled: statement timeout after 250 ms',
      traceId,
      spanId: server,
      attributes: { 'exception.type': 'QueryCanceled', 'db.namespace': 'features' },
    });
  if (train)
    trainerSpans(random, made, {
      traceId,
      parentSpanId: root,
      start: at + total / 3n,
      room: (total * 6n) / 10n,
      error,
    });
  const status = failed ? 500 : 200;
  made.logs['train-api'].push({
    time: at + total,
    severity: failed ? 17 : 9,
    traceId,
    spanId: root,
    body: `${operation.name} ${status} in ${Math.round(Number(total) / 1e6)} ms`,
    attributes: {
      'http.route': operation.route,
      'http.response.status_code': status,
      'user.id': `u${Math.floor(random() * 40)}`,
    },
  });
  return { traceId, failed, train };
}

interface Training {
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly start: bigint;
  readonly room: bigint;
  readonly error: string | undefined;
}

function trainerSpans(
  random: () => number,
  made: Made,
  { traceId, parentSpanId, start, room, error }: Training,
): void {
  const job = randomHex(random, 8);
  made.spans.trainer.push({
    traceId,
    spanId: job,
    parentSpanId,
    name: 'train.job',
    kind: 5,
    start,
    duration: room,
    attributes: { 'ml.batch_size': 64, 'ml.optimizer': 'adamw', 'gpu.id': Math.floor(random() * 8) },
    events: [
      { time: start + room / 10n, name: 'data loaded', attributes: { rows: 51_200 } },
      ...(error === undefined
        ? [
            {
              time: start + (room * 9n) / 10n,
              name: 'checkpoint saved',
              attributes: { path: 'ckpt/last.pt' },
            },
          ]
        : [
            {
              time: start + (room * 8n) / 10n,
              name: 'exception',
              attributes: { 'exception.type': 'OutOfMemoryError', 'exception.message': error },
            },
          ]),
    ],
    links: [{ traceId: randomHex(random, 16), spanId: randomHex(random, 8) }],
    ...(error !== undefined && { error }),
  });
  const steps = 6;
  for (let step = 0; step < steps; step++) {
    const from = start + (room * BigInt(step)) / BigInt(steps);
    const width = room / BigInt(steps);
    const spanId = randomHex(random, 8);
    const last = step === steps - 1;
    made.spans.trainer.push({
      traceId,
      spanId,
      parentSpanId: job,
      name: 'train.step',
      kind: 1,
      start: from,
      duration: (width * 9n) / 10n,
      attributes: { step, 'ml.loss': Number((2.1 / (step + 1) + random() * 0.1).toFixed(4)) },
      ...(last && error !== undefined && { error }),
    });
    for (const [name, share] of [
      ['forward', 3n],
      ['backward', 5n],
      ['optimizer', 1n],
    ] as const)
      made.spans.trainer.push({
        traceId,
        spanId: randomHex(random, 8),
        parentSpanId: spanId,
        name,
        kind: 1,
        start: from + (width * (name === 'forward' ? 0n : name === 'backward' ? 3n : 8n)) / 10n,
        duration: (width * share) / 10n,
      });
    made.logs.trainer.push({
      time: from + width / 2n,
      severity: last && error !== undefined ? 21 : 5,
      traceId,
      spanId,
      body:
        last && error !== undefined
          ? `RuntimeError: ${error}. Tried to allocate 2.00 GiB (GPU 0; 79.15 GiB total capacity)`
          : `step ${step} loss=${(2.1 / (step + 1)).toFixed(4)}`,
      attributes: { step, ...(last && error !== undefined && { 'exception.type': 'OutOfMemoryError' }) },
    });
  }
}

/** What services say without being asked. */
function chatter(random: () => number, made: Made, end: bigint): void {
  for (let i = 0; i < 900; i++) {
    const time = end - BigInt(Math.floor(random() * 3_570_000)) * MILLI;
    const roll = random();
    if (roll < 0.55)
      made.logs.trainer.push({
        time,
        severity: 9,
        body: `epoch ${Math.floor(i / 300)} step ${i * 40}: loss=${(1.8 * Math.exp(-i / 400) + random() * 0.05).toFixed(4)} lr=3.0e-04 throughput=${Math.round(1200 + random() * 90)} img/s`,
        attributes: { 'gpu.id': Math.floor(random() * 8), step: i * 40 },
      });
    else if (roll < 0.8)
      made.logs['feature-store'].push({
        time,
        severity: 5,
        body: `cache hit ratio ${(0.8 + random() * 0.19).toFixed(3)}`,
        attributes: { cache: 'features' },
      });
    else if (roll < 0.93)
      made.logs.trainer.push({
        time,
        severity: 13,
        body: `gradient norm ${(8 + random() * 20).toFixed(2)} exceeds 5.00: clipped`,
        attributes: { 'gpu.id': Math.floor(random() * 8) },
      });
    else
      made.logs['train-api'].push({
        time,
        severity: 1,
        body: `{"event":"heartbeat","queue":${Math.floor(random() * 6)},"workers":["gpu-07","gpu-08"]}`,
      });
  }
  made.logs.trainer.push({
    time: end - 3_500n * SECOND,
    severity: 9,
    body: `run ${RUN} started`,
    eventName: 'ml.run.started',
    attributes: { 'ml.project': 'vision' },
  });
}

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

async function sendMetrics(sender: Sender, random: () => number, end: bigint): Promise<void> {
  const step = 15n * SECOND;
  const start = end - 3_600n * SECOND;
  const memory: object[] = [];
  const requests: object[] = [];
  const durations: object[] = [];
  const utilization: object[] = [];
  const batches: object[] = [];
  const pauses: object[] = [];
  const counted = OPERATIONS.map(() => ({
    requests: 0,
    sum: 0,
    counts: new Array<number>(BOUNDS.length + 1).fill(0),
  }));
  for (let time = start + step; time <= end; time += step) {
    const phase = Number((time - start) / SECOND) / 3_600;
    const at = { timeUnixNano: String(time), startTimeUnixNano: String(start) };
    for (const host of ['node-a', 'node-b'])
      memory.push({
        ...at,
        attributes: keyValues({ host, state: 'used' }),
        asDouble:
          (host === 'node-a' ? 3.1e9 : 5.4e9) * (1 + 0.25 * Math.sin(phase * 9 + host.length)) +
          random() * 1e8,
      });
    for (let gpu = 0; gpu < 4; gpu++)
      utilization.push({
        ...at,
        attributes: keyValues({ 'gpu.id': String(gpu) }),
        asDouble: Math.min(1, 0.82 + 0.1 * Math.sin(phase * 20 + gpu) + random() * 0.06),
      });
    // Of scale 3 bucket 24 begins at 8, bucket 40 at 32: milliseconds.
    const sizes = Array.from({ length: 16 }, (_, bucket) =>
      Math.round(20 * Math.exp(-((bucket - 6) ** 2) / 9)),
    );
    batches.push({
      ...at,
      startTimeUnixNano: String(time - step),
      count: String(sizes.reduce((sum, size) => sum + size, 0)),
      sum: sizes.reduce((sum, size, bucket) => sum + size * 2 ** ((24.5 + bucket) / 8), 0),
      scale: 3,
      zeroCount: '0',
      positive: { offset: 24 + Math.floor(random() * 3), bucketCounts: sizes.map(String) },
    });
    const ticks = Number((time - start) / step);
    pauses.push({
      ...at,
      count: String(ticks * 12),
      sum: ticks * 12 * 0.004,
      quantileValues: [
        { quantile: 0.5, value: 0.003 + random() * 0.001 },
        { quantile: 0.99, value: 0.02 + random() * 0.02 },
      ],
    });
    OPERATIONS.forEach((operation, index) => {
      const count = counted[index]!;
      for (let i = 0; i < operation.weight * 2; i++) {
        const seconds = (operation.base / 1_000) * spread(random) * (phase > 0.55 && phase < 0.68 ? 2.5 : 1);
        count.requests++;
        count.sum += seconds;
        const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
        count.counts[bucket === -1 ? BOUNDS.length : bucket]!++;
      }
      const attributes = keyValues({
        'http.route': operation.route,
        'http.request.method': operation.name.split(' ')[0]!,
      });
      requests.push({ ...at, attributes, asInt: String(count.requests) });
      durations.push({
        ...at,
        attributes,
        count: String(count.requests),
        sum: count.sum,
        bucketCounts: count.counts.map(String),
        explicitBounds: BOUNDS,
      });
    });
  }
  await sender.metrics(
    'train-api',
    [
      {
        name: 'system.memory.usage',
        unit: 'By',
        description: 'Memory in use',
        gauge: { dataPoints: memory },
      },
      {
        name: 'http.server.requests',
        unit: '{request}',
        description: 'Requests answered',
        sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: requests },
      },
      {
        name: 'http.server.request.duration',
        unit: 's',
        description: 'How long requests took',
        histogram: { aggregationTemporality: 2, dataPoints: durations },
      },
    ],
    RESOURCES['train-api'],
  );
  await sender.metrics(
    'trainer',
    [
      {
        name: 'gpu.utilization',
        unit: '1',
        description: 'Part of the time in which the GPU worked',
        gauge: { dataPoints: utilization },
      },
      {
        name: 'data.batch.duration',
        unit: 'ms',
        description: 'How long a batch took to load',
        exponentialHistogram: { aggregationTemporality: 1, dataPoints: batches },
      },
      {
        name: 'gc.pause',
        unit: 's',
        description: 'Pauses of the garbage collector',
        summary: { dataPoints: pauses },
      },
    ],
    RESOURCES.trainer,
  );
}

/** One trace of so many spans, deep and wide. */
export async function sendLongTrace(
  sender: Sender,
  { end, spans }: { readonly end: bigint; readonly spans: number },
): Promise<string> {
  const random = randomNumbers(spans);
  const traceId = randomHex(random, 16);
  const start = end - 300n * SECOND;
  const all: SpanMade[] = [
    {
      traceId,
      spanId: '00000000000000aa',
      name: 'epoch 0',
      kind: 1,
      start,
      duration: 240n * SECOND,
      attributes: { epoch: 0 },
    },
  ];
  let step = '';
  for (let i = 1; i < spans; i++) {
    const spanId = i.toString(16).padStart(16, '0');
    const from = start + (240n * SECOND * BigInt(i)) / BigInt(spans);
    if ((i - 1) % 10 === 0) {
      step = spanId;
      all.push({
        traceId,
        spanId,
        parentSpanId: '00000000000000aa',
        name: 'train.step',
        kind: 1,
        start: from,
        duration: (2_200n * SECOND) / BigInt(spans),
        attributes: { step: (i - 1) / 10 },
      });
    } else
      all.push({
        traceId,
        spanId,
        parentSpanId: step,
        name:
          ['load', 'forward', 'loss', 'backward', 'clip', 'optimizer', 'log', 'sync', 'idle'][(i - 2) % 10] ??
          'work',
        kind: 1,
        start: from,
        duration: (210n * SECOND) / BigInt(spans),
      });
  }
  for (let at = 0; at < all.length; at += 2_500)
    await sender.spans('trainer', all.slice(at, at + 2_500), RESOURCES.trainer);
  return traceId;
}

function millis(value: number): bigint {
  return BigInt(Math.round(value * 1e6));
}

/** Mostly near 1, sometimes several times as much: as durations are. */
function spread(random: () => number): number {
  return Math.exp((random() + random() + random() - 1.5) * 1.1) * (random() < 0.02 ? 5 : 1);
}

function pick<T extends { readonly weight: number }>(random: () => number, list: readonly T[]): T {
  let left = random() * list.reduce((sum, { weight }) => sum + weight, 0);
  for (const one of list) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return list[0]!;
}
