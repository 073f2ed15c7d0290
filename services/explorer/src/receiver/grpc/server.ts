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
  'grpc.max_concurrent_streams': 100,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

export type GrpcParts = Omit<GateParts, 'maxReading'>;

/** Enough to keep the store busy with messages of megabytes; small ones are read in no time. */
const MAX_READING = 16;

/** Listens for OTLP/gRPC. @throws Error where the address cannot be listened on */
export async function startGrpcServer(settings: GrpcSettings, parts: GrpcParts): Promise<GrpcServer> {
  const { receiver, observer } = parts;
  const server = new Server({
    ...TRANSPORT,
    'grpc.max_receive_message_length': settings.maxMessageBytes,
    interceptors: [createGate({ ...parts, maxReading: MAX_READING })],
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
