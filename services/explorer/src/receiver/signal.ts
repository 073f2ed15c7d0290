/** One of the three kinds of OTLP export request. */
export type Signal = 'traces' | 'metrics' | 'logs';

export interface SignalDoors {
  /** The gRPC service whose only method, `Export`, takes this signal. */
  readonly grpcService: string;
  /** OTLP/HTTP's default path. */
  readonly httpPath: string;
  /** Full name of the request message. */
  readonly requestType: string;
}

/** Names from opentelemetry-proto 1.x and the OTLP specification. */
export const SIGNALS: Readonly<Record<Signal, SignalDoors>> = {
  traces: {
    grpcService: 'opentelemetry.proto.collector.trace.v1.TraceService',
    httpPath: '/v1/traces',
    requestType: 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest',
  },
  metrics: {
    grpcService: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
    httpPath: '/v1/metrics',
    requestType: 'opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest',
  },
  logs: {
    grpcService: 'opentelemetry.proto.collector.logs.v1.LogsService',
    httpPath: '/v1/logs',
    requestType: 'opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest',
  },
};

export const ALL_SIGNALS = Object.keys(SIGNALS) as readonly Signal[];
