import { Metadata } from '@grpc/grpc-js';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as HttpLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as HttpMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { classifyError } from './classify-error.ts';
import {
  type Environment,
  endpointFor,
  type OtlpProtocol,
  type OtlpSignal,
  protocolFor,
} from './endpoint.ts';
import type { SendOutcome } from './send-outcome.ts';

/** Sends one kind of telemetry, one request at a call. Never rejects: every failure is an outcome. */
export interface OtlpClient<R> {
  send(request: R): Promise<SendOutcome>;
  /** Frees the connection; requests on their way may be lost. */
  close(): void;
}

/** What is not given comes from OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_*`: headers, TLS, compression). */
export interface OtlpOptions {
  readonly endpoint?: string;
  readonly protocol?: OtlpProtocol;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMillis?: number;
}

/** The part of OpenTelemetry's exporters that is used. */
interface Exporter<R> {
  export(request: R, done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
}

const USER_AGENT = 'ml-otel-bridge/0.1.0';

export function createMetricsClient(options: OtlpOptions, env: Environment): OtlpClient<ResourceMetrics> {
  return createClient('METRICS', options, env, { grpc: GrpcMetricExporter, http: HttpMetricExporter });
}

export function createLogsClient(options: OtlpOptions, env: Environment): OtlpClient<ReadableLogRecord[]> {
  return createClient('LOGS', options, env, { grpc: GrpcLogExporter, http: HttpLogExporter });
}

interface Exporters<R> {
  readonly grpc: new (config: ConstructorParameters<typeof GrpcMetricExporter>[0]) => Exporter<R>;
  readonly http: new (config: ConstructorParameters<typeof HttpMetricExporter>[0]) => Exporter<R>;
}

function createClient<R>(
  signal: OtlpSignal,
  options: OtlpOptions,
  env: Environment,
  exporters: Exporters<R>,
): OtlpClient<R> {
  const protocol = protocolFor(signal, options.protocol, env);
  const url = endpointFor(signal, protocol, options.endpoint, env);
  const timeout = options.timeoutMillis === undefined ? {} : { timeoutMillis: options.timeoutMillis };
  if (protocol === 'http/protobuf') {
    const headers = options.headers ? { headers: { ...options.headers } } : {};
    return fromExporter(() => new exporters.http({ url, userAgent: USER_AGENT, ...timeout, ...headers }));
  }
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(options.headers ?? {})) metadata.set(name, value);
  /*
   * gRPC waits up to two minutes before it connects again to a receiver that was away, and the exporter gives no
   * option to shorten that. A channel with other options does not share the old one's waiting, so each new
   * connection says its number.
   */
  return fromExporter(
    (connection) =>
      new exporters.grpc({
        url,
        metadata,
        ...timeout,
        userAgent: `${USER_AGENT} (connection ${connection})`,
      }),
  );
}

/** Failures in a row after which a new connection is made. */
const RECONNECT_AFTER = 2;

/** A client over an exporter, which is made anew when it keeps failing to reach the receiver. */
export function fromExporter<R>(make: (connection: number) => Exporter<R>): OtlpClient<R> {
  let connection = 1;
  let exporter = make(connection);
  let failures = 0;

  const reconnect = () => {
    void exporter.shutdown().catch(() => {});
    connection += 1;
    failures = 0;
    exporter = make(connection);
  };

  return {
    async send(request) {
      const outcome = await exportOnce(exporter, request);
      failures = outcome.status === 'retry' ? failures + 1 : 0;
      if (failures >= RECONNECT_AFTER) reconnect();
      return outcome;
    },
    close() {
      void exporter.shutdown().catch(() => {});
    },
  };
}

function exportOnce<R>(exporter: Exporter<R>, request: R): Promise<SendOutcome> {
  return new Promise((resolve) => {
    try {
      exporter.export(request, ({ code, error }) => {
        resolve(code === ExportResultCode.SUCCESS ? { status: 'sent' } : classifyError(error));
      });
    } catch (error) {
      resolve({ status: 'refused', reason: error instanceof Error ? error.message : String(error) });
    }
  });
}
