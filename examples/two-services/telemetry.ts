import {
  type Attributes,
  type Context,
  context,
  DiagConsoleLogger,
  DiagLogLevel,
  diag,
  logs,
  propagation,
  SeverityNumber,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Baggage that becomes attributes of every span and log record: by it they belong to the run, in both services. */
const OF_THE_RUN = ['job.id', 'rank'];

export interface Telemetry extends AsyncDisposable {
  readonly tracer: Tracer;
  /** A log record within the active span. */
  log(severity: 'INFO' | 'WARN' | 'ERROR', body: string, attributes?: Attributes): void;
  /** Sends what waits. Spans that have not ended are lost. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes this process send spans and log records over OTLP/gRPC, to OTEL_EXPORTER_OTLP_ENDPOINT (http://localhost:4317).
 * Trace context and baggage go from service to service in the headers `traceparent` and `baggage`.
 */
export function startTelemetry(service: string): Telemetry {
  // What cannot be sent is said on the console.
  diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );

  const resource = resourceFromAttributes({ 'service.name': service });
  const done = async () => {};
  const traces = new TracerProvider({
    resource,
    spanProcessors: [
      {
        onStart: (span, parent) => void span.setAttributes(runAttributes(parent)),
        onEnd() {},
        forceFlush: done,
        shutdown: done,
      },
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 1_000 }),
    ],
  });
  const records = new LoggerProvider({
    resource,
    processors: [
      {
        onEmit: (record, within) => void record.setAttributes(runAttributes(within ?? context.active())),
        forceFlush: done,
        shutdown: done,
      },
      new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() }),
    ],
  });
  trace.setGlobalTracerProvider(traces);
  logs.setGlobalLoggerProvider(records);

  const logger = records.getLogger(service);
  return {
    tracer: traces.getTracer(service),
    log: (severity, body, attributes = {}) =>
      logger.emit({
        severityText: severity,
        severityNumber: SeverityNumber[severity],
        body,
        attributes,
        timestamp: Date.now(),
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all([traces.shutdown(), records.shutdown()]);
    },
  };
}

/** A context whose spans and log records, here and in services that are called, belong to this run. */
export function contextOfRun(jobId: string, rank: number | undefined): Context {
  return propagation.setBaggage(
    context.active(),
    propagation.createBaggage({
      'job.id': { value: jobId },
      ...(rank !== undefined && { rank: { value: String(rank) } }),
    }),
  );
}

function runAttributes(within: Context): Attributes {
  const baggage = propagation.getBaggage(within);
  return Object.fromEntries(
    OF_THE_RUN.flatMap((key) => {
      const value = baggage?.getEntry(key)?.value;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
