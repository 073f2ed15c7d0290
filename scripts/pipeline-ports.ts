import { createServer } from 'node:net';
import { freePort } from './free-port.ts';

/** Ports of the local pipeline: the environment variable that sets each, and its default. 0 picks a free one. */
const PORTS = {
  otlpGrpc: { variable: 'OTLP_GRPC_PORT', fallback: 4317 },
  otlpHttp: { variable: 'OTLP_HTTP_PORT', fallback: 4318 },
  collectorMetrics: { variable: 'COLLECTOR_METRICS_PORT', fallback: 8889 },
  collectorTelemetry: { variable: 'COLLECTOR_TELEMETRY_PORT', fallback: 8888 },
  collectorHealth: { variable: 'COLLECTOR_HEALTH_PORT', fallback: 13133 },
  prometheus: { variable: 'PROMETHEUS_PORT', fallback: 9090 },
  sidecarHealth: { variable: 'HEALTH_PORT', fallback: 8081 },
  pushGateway: { variable: 'PUSH_GATEWAY_PORT', fallback: 9091 },
} as const;

type Name = keyof typeof PORTS;
export type PipelinePorts = Readonly<Record<Name, number>>;

/** The environment variables that set them. */
export const PORT_VARIABLES: readonly string[] = Object.values(PORTS).map(({ variable }) => variable);

/**
 * Reads the ports from the environment and picks free ones for those that are 0. Throws one error that names every
 * port that is no port or is taken, with the variable that moves it.
 */
export async function choosePipelinePorts(
  env: Readonly<Record<string, string | undefined>>,
): Promise<PipelinePorts> {
  const complaints: string[] = [];
  const ports = {} as Record<Name, number>;
  for (const name of Object.keys(PORTS) as Name[]) {
    const { variable, fallback } = PORTS[name];
    const text = env[variable] ?? '';
    const port = text === '' ? fallback : Number(text);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      complaints.push(`${variable}="${text}" is no port: a number from 0 (any free one) to 65535.`);
    } else if (port !== 0 && !(await isFree(port))) {
      complaints.push(`Port ${port} is taken: end what listens there, or set ${variable} (0: any free one).`);
    } else {
      ports[name] = port === 0 ? await freePort() : port;
    }
  }
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
