import { describe, expect, test } from 'bun:test';
import { OTLPLogExporter as LogsGrpc } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as LogsJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsProto } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as MetricsGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as MetricsJson } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as MetricsProto } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as TracesGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as TracesJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TracesProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { ALL_SIGNALS } from './signal.ts';
import { decodeRequest } from './testing/decode-request.ts';
import { memoryCommitter } from './testing/memory-committer.ts';
import { startTestReceiver, type TestReceiver } from './testing/test-receiver.ts';

interface Exporters {
  readonly traces: SpanExporter;
  readonly metrics: PushMetricExporter;
  readonly logs: LogRecordExporter;
}

const gzip = { compression: 'gzip' as never };
const transports: Record<string, (receiver: TestReceiver) => Exporters> = {
  gRPC: ({ grpcUrl: url }) => ({
    traces: new TracesGrpc({ url }),
    metrics: new MetricsGrpc({ url }),
    logs: new LogsGrpc({ url }),
  }),
  'gRPC, gzip': ({ grpcUrl: url }) => ({
    traces: new TracesGrpc({ url, ...gzip }),
    metrics: new MetricsGrpc({ url, ...gzip }),
    logs: new LogsGrpc({ url, ...gzip }),
  }),
  'HTTP, protobuf': ({ httpUrl }) => ({
    traces: new TracesProto({ url: `${httpUrl}/v1/traces` }),
    metrics: new MetricsProto({ url: `${httpUrl}/v1/metrics`, ...gzip }),
    logs: new LogsProto({ url: `${httpUrl}/v1/logs` }),
  }),
  'HTTP, JSON': ({ httpUrl }) => ({
    traces: new TracesJson({ url: `${httpUrl}/v1/traces`, ...gzip }),
    metrics: new MetricsJson({ url: `${httpUrl}/v1/metrics` }),
    logs: new LogsJson({ url: `${httpUrl}/v1/logs` }),
  }),
};

const resource = resourceFromAttributes({ 'service.name': 'trainer', 'job.id': 'run-1' });

/** One span, metrics of three kinds and one log record, through the SDKs. */
async function sendAll({ traces, metrics, logs }: Exporters): Promise<void> {
  const tracing = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: traces })],
  });
  const span = tracing
    .getTracer('test')
    .startSpan('step', { attributes: { batch: 7, 'learning.rate': 0.5 } });
  span.addEvent('checkpoint', { path: '/tmp/x' });
  span.end();
  const metering = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })],
  });
  const meter = metering.getMeter('test');
  meter.createGauge('loss').record(0.25, { batch: 7 });
  meter.createCounter('steps').add(3);
  meter.createHistogram('duration').record(12.5);
  const logging = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: logs })],
  });
  logging.getLogger('test').emit({ body: { text: 'saved', sizes: [1, 2.5] }, severityNumber: 9 });
  await Promise.all([tracing.shutdown(), metering.shutdown(), logging.shutdown()]);
}

/** Without what differs from one sending to the next. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => (/Nano$|^traceId$|^spanId$/.test(key) ? '*' : part)),
  );
}

describe('the SDK’s exporters', () => {
  const arrived: Record<string, unknown> = {};
  for (const [name, exportersFor] of Object.entries(transports)) {
    test(`${name}: all three signals arrive, each once`, async () => {
      const committer = memoryCommitter();
      await using receiver = await startTestReceiver({ committer });
      await sendAll(exportersFor(receiver));
      expect(ALL_SIGNALS.map((signal) => committer.committed[signal].length)).toEqual([1, 1, 1]);
      arrived[name] = comparable(
        ALL_SIGNALS.map((signal) => decodeRequest(signal, committer.committed[signal][0]!)),
      );
      expect(JSON.stringify(arrived[name])).toContain('checkpoint');
      expect(receiver.faults).toEqual([]);
    });
  }

  test('say the same over every protocol', () => {
    for (const name of Object.keys(transports)) expect(arrived[name]).toEqual(arrived.gRPC);
  });
});
