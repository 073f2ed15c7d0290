import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ALL_SIGNALS } from '../signal.ts';
import { exportDefinition, exportHandler } from './export-service.ts';
import { createGate, type GateParts } from './gate.ts';
import { createHealthService, healthDefinition } from './health-service.ts';

export interface GrpcAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface GrpcSettings extends GrpcAddress {
  /** Of one message, after decompression. */
  readonly maxMessageBytes: number;
}

export interface GrpcServer {
  readonly port: number;
  /** Health says "not serving" from now on; connections stay, so that what is in flight gets its answer. */
  drain(): void;
  /** Waits for calls to end, at most so long, then ends them. */
  stop(patienceMillis: number): Promise<void>;
}

const TRANSPORT = {
  // A connection beyond this waits with further requests: each of them may hold a whole message that is on its way.
  'grpc.max_concurrent_streams': 100,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

/** Listens for OTLP/gRPC. @throws Error where the address cannot be listened on */
export async function startGrpcServer(settings: GrpcSettings, parts: GateParts): Promise<GrpcServer> {
  const { receiver, observer } = parts;
  const server = new Server({
    ...TRANSPORT,
    'grpc.max_receive_message_length': settings.maxMessageBytes,
    interceptors: [createGate(parts)],
  });
  for (const signal of ALL_SIGNALS) {
    server.addService(exportDefinition(signal), { Export: exportHandler(signal, receiver, observer) });
  }
  const health = createHealthService();
  server.addService(healthDefinition, health.implementation);
  const port = await bind(server, settings);
  return {
    port,
    drain: health.drain,
    stop: (patienceMillis) =>
      new Promise((resolve) => {
        const impatient = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, patienceMillis);
        server.tryShutdown(() => {
          clearTimeout(impatient);
          resolve();
        });
      }),
  };
}

function bind(server: Server, { host, port }: GrpcAddress): Promise<number> {
  const address = host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
}
