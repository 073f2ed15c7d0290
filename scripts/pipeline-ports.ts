import type { Ports } from './choose-ports.ts';

/** Ports of the pipeline with a collector. */
export const PIPELINE_PORTS = {
  otlpGrpc: { variable: 'OTLP_GRPC_PORT', fallback: 4317 },
  otlpHttp: { variable: 'OTLP_HTTP_PORT', fallback: 4318 },
  collectorMetrics: { variable: 'COLLECTOR_METRICS_PORT', fallback: 8889 },
  collectorTelemetry: { variable: 'COLLECTOR_TELEMETRY_PORT', fallback: 8888 },
  collectorHealth: { variable: 'COLLECTOR_HEALTH_PORT', fallback: 13133 },
  prometheus: { variable: 'PROMETHEUS_PORT', fallback: 9090 },
  sidecarHealth: { variable: 'HEALTH_PORT', fallback: 8081 },
  pushGateway: { variable: 'PUSH_GATEWAY_PORT', fallback: 9091 },
} as const;

export type PipelinePorts = Ports<typeof PIPELINE_PORTS>;
