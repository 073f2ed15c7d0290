import { type Bridge, createBridge } from 'ml-otel-bridge';
import { createMemoryReceiver, type MemoryReceiver } from 'ml-otel-bridge/testing';
import { type AppParts, createApp } from '../app.ts';
import { requireLocalCaller } from '../http/access.ts';
import type { Problem } from '../openapi/answer-schemas.ts';
import { createReadiness, type Readiness } from '../readiness.ts';
import { createRequestMetrics } from '../telemetry/request-metrics.ts';

export interface TestGateway extends AsyncDisposable {
  readonly bridge: Bridge;
  readonly receiver: MemoryReceiver;
  readonly readiness: Readiness;
  readonly faults: unknown[];
  request(path: string, init?: RequestInit): Promise<Answer>;
  /** POSTs to /v1/metrics; what is neither text, bytes nor a stream goes as JSON. */
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON, where it is. */
  readonly json: Partial<Problem>;
}

type Options = Partial<AppParts> &
  Pick<NonNullable<Parameters<typeof createBridge>[0]>, 'bufferBytes' | 'spool'>;

/** A gateway in this process whose receiver is in memory. */
export function createTestGateway({ bufferBytes, spool, ...parts }: Options = {}): TestGateway {
  const receiver = createMemoryReceiver();
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const bridge = createBridge({
    clients: receiver.clients,
    whenFull: 'refuse',
    env: {},
    logger: silent,
    selfMetricsIntervalMillis: 0,
    ...(bufferBytes !== undefined && { bufferBytes }),
    ...(spool && { spool }),
  });
  const readiness = createReadiness(bridge.stats);
  const faults: unknown[] = [];
  const app = createApp({
    bridge,
    readiness,
    guard: requireLocalCaller,
    requests: createRequestMetrics(),
    limits: { maxBodyBytes: 4 * 1024 * 1024, maxJsonBytes: 1024 * 1024 },
    otlpAddress: 'http://collector:4318/v1/metrics',
    onFault: (error) => faults.push(error),
    ...parts,
  });

  const request = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await app.request(path, init);
    const text = await response.text();
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
  };
  return {
    bridge,
    receiver,
    readiness,
    faults,
    request,
    post: (body, headers) =>
      request('/v1/metrics', {
        method: 'POST',
        body: isRaw(body) ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    async [Symbol.asyncDispose]() {
      await bridge.shutdown({ timeoutMillis: 100 });
    },
  };
}

function isRaw(body: unknown): body is string | Uint8Array<ArrayBuffer> | ReadableStream {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
}
