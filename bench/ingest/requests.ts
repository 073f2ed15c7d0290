import type { Signal } from '../../packages/telemetry-store/src/ingest/signal.ts';
import {
  attributes,
  encodeRequest,
} from '../../packages/telemetry-store/src/ingest/testing/encode-request.ts';
import { createRandom, type Random } from './random.ts';

/** What the load consists of. `training` are gauge points of runs: they fill the tables of the curves as well. */
export type Load = 'spans' | 'logs' | 'points' | 'training';
export const LOADS: readonly Load[] = ['spans', 'logs', 'points', 'training'];

/** Which signal carries a load, and the table that its items end in. */
export const LOAD_OF: Readonly<Record<Load, { readonly signal: Signal; readonly table: string }>> = {
  spans: { signal: 'traces', table: 'otel_traces' },
  logs: { signal: 'logs', table: 'otel_logs' },
  points: { signal: 'metrics', table: 'otel_metrics_gauge' },
  training: { signal: 'metrics', table: 'otel_metrics_gauge' },
};

/** 2026-11-20, in nanoseconds. */
const START = 1_795_132_800_000_000_000n;
const SERVICES = ['checkout', 'cart', 'catalogue', 'payment', 'shipping', 'frontend', 'search', 'accounts'];
const ROUTES = Array.from({ length: 60 }, (_, n) => `/api/v1/${SERVICES[n % 8]}/{id}/${'abcdefgh'[n % 7]}`);
const AGENTS = ['curl/8.11.0', 'Mozilla/5.0 (X11; Linux x86_64)', 'okhttp/4.12.0', 'python-requests/2.32'];
const QUERIES = ['SELECT * FROM orders WHERE id = $1', 'UPDATE stock SET count = count - $1 WHERE sku = $2'];
const KEYS = [
  'training_loss',
  'validation_loss',
  'accuracy',
  'learning_rate',
  'gpu_utilization',
  'grad_norm',
  'lr',
];

/**
 * Export requests of one load, `items` in all, as one SDK or collector after the other would send them: each of one
 * service, its items with about ten attributes and values of their own. The same for the same arguments.
 */
export function makeRequests(load: Load, items: number, itemsInRequest: number): Uint8Array[] {
  const random = createRandom(LOADS.indexOf(load) + 1);
  const requests: Uint8Array[] = [];
  for (let made = 0; made < items; made += itemsInRequest) {
    const count = Math.min(itemsInRequest, items - made);
    requests.push(encodeRequest(LOAD_OF[load].signal, MAKERS[load](random, made, count)));
  }
  return requests;
}

const MAKERS: Readonly<Record<Load, (random: Random, from: number, count: number) => object>> = {
  spans(random, from, count) {
    const service = random.below(8);
    const spans: object[] = [];
    let traceId = random.bytes(16);
    let parent: Uint8Array = new Uint8Array();
    for (let n = from; n < from + count; n++) {
      // A trace is seven spans, one of them the root.
      if (n % 7 === 0) [traceId, parent] = [random.bytes(16), new Uint8Array()];
      const spanId = random.bytes(8);
      spans.push(spanOf(random, { n, traceId, spanId, parent }));
      if (n % 7 === 0 || n % 7 === 3) parent = spanId;
    }
    const scope = { name: '@opentelemetry/instrumentation-http', version: '0.301.0' };
    return { resourceSpans: [{ resource: resourceOf(service), scopeSpans: [{ scope, spans }] }] };
  },
  logs(random, from, count) {
    const logRecords = Array.from({ length: count }, (_, index) => logOf(random, from + index));
    const scope = { name: 'app.logger' };
    return { resourceLogs: [{ resource: resourceOf(random.below(8)), scopeLogs: [{ scope, logRecords }] }] };
  },
  points(random, from, count) {
    const names = [
      'system.cpu.utilization',
      'process.memory.usage',
      'queue.length',
      'http.server.active_requests',
    ];
    const perMetric = Math.ceil(count / names.length);
    const metrics = names.map((name, which) => ({
      name,
      unit: '1',
      description: `What ${name} is`,
      gauge: {
        dataPoints: Array.from({ length: Math.min(perMetric, count - which * perMetric) }, (_, index) =>
          pointOf(random, from + which * perMetric + index),
        ),
      },
    }));
    return metricsOf(resourceOf(random.below(8)), metrics);
  },
  training(random, from, count) {
    const steps = Math.ceil(count / KEYS.length);
    const metrics = KEYS.map((key, which) => ({
      name: `ml.training.${key}`,
      gauge: {
        dataPoints: Array.from({ length: Math.min(steps, count - which * steps) }, (_, index) =>
          stepOf(random, Math.floor(from / KEYS.length) + index),
        ),
      },
    }));
    return metricsOf({ attributes: attributes({ 'service.name': 'ml-metrics-bridge' }) }, metrics);
  },
};

function metricsOf(resource: object, metrics: readonly object[]): object {
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 'bench' }, metrics }] }] };
}

function resourceOf(service: number): object {
  return {
    attributes: attributes({
      'service.name': SERVICES[service]!,
      'service.version': `1.${service}.0`,
      'service.instance.id': `instance-${service}`,
      'host.name': `host-${service % 3}`,
      'deployment.environment.name': 'production',
    }),
  };
}

/** A tenth of a millisecond from one item to the next. */
const timeOf = (n: number) => START + BigInt(n) * 100_000n;

function spanOf(
  random: Random,
  { n, traceId, spanId, parent }: { n: number; traceId: Uint8Array; spanId: Uint8Array; parent: Uint8Array },
): object {
  const start = timeOf(n) + BigInt(random.below(100_000));
  const failed = random.below(50) === 0;
  const route = random.pick(ROUTES);
  const isDatabase = n % 7 > 4;
  const values = isDatabase
    ? {
        'db.system.name': 'postgresql',
        'db.namespace': 'shop',
        'db.query.text': random.pick(QUERIES),
        'db.operation.name': random.pick(['SELECT', 'UPDATE']),
        'server.address': `db-${random.below(4)}`,
        'server.port': 5432,
        'network.peer.address': `10.0.0.${random.below(250)}`,
        'thread.id': random.below(64),
        'db.response.returned_rows': random.below(500),
        'db.cached': random.below(2) === 0,
      }
    : {
        'http.request.method': random.pick(['GET', 'GET', 'GET', 'POST', 'PUT']),
        'http.route': route,
        'url.path': route.replace('{id}', String(random.below(1_000_000))),
        'url.scheme': 'https',
        'http.response.status_code': failed ? 500 : 200,
        'server.address': `host-${random.below(12)}`,
        'server.port': 8080,
        'user_agent.original': random.pick(AGENTS),
        'client.address': `192.168.${random.below(250)}.${random.below(250)}`,
        'http.response.body.size': random.below(100_000),
      };
  return {
    traceId,
    spanId,
    parentSpanId: parent,
    name: isDatabase ? 'SELECT shop.orders' : `GET ${route}`,
    kind: isDatabase ? 3 : 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(1_000 + random.below(80_000_000))),
    attributes: attributes(values),
    status: failed ? { code: 2, message: 'internal error' } : {},
    events: failed
      ? [
          {
            timeUnixNano: String(start),
            name: 'exception',
            attributes: attributes({ 'exception.type': 'ValueError', 'exception.message': `order ${n}` }),
          },
        ]
      : [],
  };
}

const LEVELS = [
  [9, 'INFO'],
  [9, 'INFO'],
  [9, 'INFO'],
  [5, 'DEBUG'],
  [13, 'WARN'],
  [17, 'ERROR'],
] as const;

function logOf(random: Random, n: number): object {
  const [severityNumber, severityText] = random.pick(LEVELS);
  const route = random.pick(ROUTES);
  const user = random.below(200_000);
  return {
    timeUnixNano: String(timeOf(n)),
    observedTimeUnixNano: String(timeOf(n)),
    severityNumber,
    severityText,
    traceId: random.bytes(16),
    spanId: random.bytes(8),
    body: {
      stringValue: `${random.pick(['served', 'retried', 'queued', 'rejected'])} ${route} for user ${user} in ${random.below(900)} ms, order ${random.below(1_000_000)}`,
    },
    attributes: attributes({
      'http.route': route,
      'http.request.method': random.pick(['GET', 'POST']),
      'user.id': String(user),
      'thread.name': `worker-${random.below(32)}`,
      'code.file.path': `/srv/app/${random.pick(SERVICES)}.py`,
      'code.line.number': random.below(2_000),
      'order.total': random.below(100_000) / 100,
      'feature.enabled': random.below(2) === 0,
      'tenant.id': `tenant-${random.below(40)}`,
      'request.bytes': random.below(60_000),
    }),
  };
}

function pointOf(random: Random, n: number): object {
  return {
    timeUnixNano: String(timeOf(n)),
    startTimeUnixNano: String(START),
    asDouble: random.next() * 1_000,
    attributes: attributes({
      cpu: `cpu${n % 16}`,
      state: ['user', 'system', 'idle', 'wait'][n % 4]!,
      pod: `pod-${n % 50}`,
      zone: `zone-${n % 3}`,
      core: n % 8,
    }),
  };
}

function stepOf(random: Random, step: number): object {
  return {
    timeUnixNano: String(START + BigInt(step) * 250_000_000n),
    startTimeUnixNano: String(START),
    asDouble: 1 / (1 + step / 1_000) + random.next() / 100,
    attributes: attributes({
      'job.id': `run-${Math.floor(step / 50_000)}`,
      'model.name': 'resnet-50',
      dataset: 'imagenet',
      epoch: Math.floor(step / 1_000),
      batch: step,
    }),
  };
}
