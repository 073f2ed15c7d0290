/**
 * Writes one small telemetry of each signal with the OpenTelemetry SDK for JavaScript, through the exporters for gRPC or
 * for HTTP, and ends with 1 when anything was not taken.
 *
 * `bun typescript-sender.ts grpc|http`, with OTEL_EXPORTER_OTLP_ENDPOINT set. What it sends is described in
 * sdk-senders.ts.
 */
import {
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  SeverityNumber,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as HttpLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as HttpMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const protocol = process.argv[2];
const grpc = protocol === 'grpc';
const faults: unknown[] = [];
const fault = (...parts: unknown[]) => void faults.push(...parts);
const nothing = () => {};
diag.setLogger(
  { error: fault, warn: fault, info: nothing, debug: nothing, verbose: nothing },
  { logLevel: DiagLogLevel.WARN },
);

const resource = resourceFromAttributes({
  'service.name': `typescript-${protocol}`,
  'job.id': 'sdk-run',
  hosts: ['a', 'b'],
});
const traces = new TracerProvider({
  resource,
  spanProcessors: [
    new BatchSpanProcessor({ exporter: grpc ? new GrpcTraceExporter() : new HttpTraceExporter() }),
  ],
});
const logs = new LoggerProvider({
  resource,
  processors: [
    new BatchLogRecordProcessor({ exporter: grpc ? new GrpcLogExporter() : new HttpLogExporter() }),
  ],
});
const metrics = new MeterProvider({
  resource,
  readers: [
    new PeriodicExportingMetricReader({
      exporter: grpc ? new GrpcMetricExporter() : new HttpMetricExporter(),
      exportIntervalMillis: 3_600_000,
    }),
  ],
  views: [
    { instrumentName: 'sdk.exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
  ],
});

const within = sendSpans();
sendLogs(within);
sendMetrics(within);
await Promise.all([traces.shutdown(), logs.shutdown(), metrics.shutdown()]).catch(fault);
for (const one of faults) console.error(one);
process.exit(faults.length > 0 ? 1 : 0);

/** Gives a context within the inner span, which has ended. */
function sendSpans(): Context {
  const tracer = traces.getTracer('sdk-sender', '1.2.3');
  const outer = tracer.startSpan('train', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
  const inner = tracer.startSpan(
    'step',
    {
      links: [{ context: outer.spanContext(), attributes: { why: 'resumed' } }],
      // JavaScript has no whole numbers of 64 bits.
      attributes: { text: 'ä€😀', whole: Number.MAX_SAFE_INTEGER, real: 0.25, yes: true, list: [1, 2, 3] },
    },
    trace.setSpan(ROOT_CONTEXT, outer),
  );
  inner.addEvent('checkpoint', { path: 'a.ckpt' });
  inner.setStatus({ code: SpanStatusCode.ERROR, message: 'out of memory' });
  inner.end();
  outer.end();
  return trace.setSpan(ROOT_CONTEXT, inner);
}

function sendLogs(context: Context): void {
  const logger = logs.getLogger('sdk-sender', '1.2.3');
  logger.emit({
    context,
    timestamp: Date.now(),
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    body: 'loss is high',
    attributes: { loss: 2.5, batch: 7, yes: true },
  });
  logger.emit({
    context,
    timestamp: Date.now(),
    severityNumber: SeverityNumber.INFO,
    eventName: 'ml.run.heartbeat',
    body: { batch: 7 },
  });
}

function sendMetrics(context: Context): void {
  const meter = metrics.getMeter('sdk-sender', '1.2.3');
  const counter = meter.createCounter('sdk.counter', { unit: '{step}', description: 'steps' });
  counter.add(3, {}, context);
  counter.add(4, {}, context);
  meter.createUpDownCounter('sdk.updown').add(-1.5, {}, context);
  meter.createGauge('ml.training.loss').record(0.125, { batch: 7, epoch: 1 }, context);
  const histogram = meter.createHistogram('sdk.histogram', {
    advice: { explicitBucketBoundaries: [1, 10] },
  });
  const exponential = meter.createHistogram('sdk.exponential');
  for (const value of [0.5, 5, 50]) {
    histogram.record(value, {}, context);
    exponential.record(value, {}, context);
  }
}
