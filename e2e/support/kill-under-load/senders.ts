import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { Signal } from '../../../packages/telemetry-store/src/ingest/signal.ts';

/**
 * What became of one try: `taken` is an answer of success, `later` one that asks to send again, `silence` no answer at
 * all (nobody listens, or the connection broke), `refused` any other.
 */
export type Outcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'later' | 'silence' | 'refused'; readonly reason: string };

/** Sends an export request as it is; never rejects. */
export type Sender = (signal: Signal, request: Uint8Array) => Promise<Outcome>;

const TIMEOUT_MILLIS = 30_000;

const SERVICES: Record<Signal, string> = {
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
};

/** OTLP/HTTP with protobuf. Which answers ask to send again is OTLP's list ("Failures", OTLP 1.5). */
export function httpSender(port: number): Sender {
  return async (signal, body) => {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
      await response.arrayBuffer();
      if (response.status === 200) return { kind: 'taken' };
      const kind = [429, 502, 503, 504].includes(response.status) ? 'later' : 'refused';
      return { kind, reason: `HTTP ${response.status}` };
    } catch (error) {
      return { kind: 'silence', reason: (error as { code?: string }).code ?? String(error) };
    }
  };
}

/** OTLP/gRPC on a connection of its own. */
export function grpcSender(port: number): Sender & Disposable {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': 20,
    'grpc.max_reconnect_backoff_ms': 100,
    'grpc.use_local_subchannel_pool': 1,
  });
  const bytes = (message: Buffer) => message;
  const send: Sender = (signal, request) =>
    new Promise((resolve) => {
      client.makeUnaryRequest(
        `/${SERVICES[signal]}/Export`,
        bytes,
        bytes,
        Buffer.from(request),
        new Metadata(),
        { deadline: Date.now() + TIMEOUT_MILLIS },
        (error) => resolve(error === null ? { kind: 'taken' } : failure(error)),
      );
    });
  return Object.assign(send, { [Symbol.dispose]: () => client.close() });
}

/** grpc-js reports a connection that broke as UNAVAILABLE too, with words of its own. */
function failure({ code, details }: ServiceError): Outcome {
  const broken = /connection|ECONN|dropped|RST_STREAM|closed|socket|No connection established/i.test(details);
  if (code === status.UNAVAILABLE && broken) return { kind: 'silence', reason: 'connection' };
  const reason = `gRPC ${status[code]}${code === status.UNAVAILABLE ? '' : `: ${details}`}`;
  const later: readonly number[] = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED];
  return {
    kind: later.includes(code)
      ? 'later'
      : code === status.CANCELLED || code === status.DEADLINE_EXCEEDED
        ? 'silence'
        : 'refused',
    reason,
  };
}
