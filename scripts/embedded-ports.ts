import type { Ports } from './choose-ports.ts';

/** Ports of the embedded product. */
export const EMBEDDED_PORTS = {
  explorer: { variable: 'EXPLORER_PORT', fallback: 3000 },
  otlpGrpc: { variable: 'OTLP_GRPC_PORT', fallback: 4317 },
  otlpHttp: { variable: 'OTLP_HTTP_PORT', fallback: 4318 },
  sidecarHealth: { variable: 'HEALTH_PORT', fallback: 8081 },
  pushGateway: { variable: 'PUSH_GATEWAY_PORT', fallback: 9091 },
} as const;

export type EmbeddedPorts = Ports<typeof EMBEDDED_PORTS>;
