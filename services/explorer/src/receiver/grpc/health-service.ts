import type {
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  sendUnaryData,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import protobuf from 'protobufjs/minimal.js';
import { CODES } from '../rpc-status.ts';
import { ALL_SIGNALS, SIGNALS } from '../signal.ts';
import { statusObject } from './answer-status.ts';

/** grpc.health.v1.HealthCheckResponse.ServingStatus */
const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

const PREFIX = '/grpc.health.v1.Health';
const KNOWN = new Set([
  '',
  'grpc.health.v1.Health',
  ...ALL_SIGNALS.map((signal) => SIGNALS[signal].grpcService),
]);

/** An object, since grpc-js takes an empty string for a missing message. */
interface HealthRequest {
  readonly service: string;
}

const message = {
  requestStream: false,
  requestSerialize: ({ service }: HealthRequest) =>
    Buffer.from(protobuf.Writer.create().uint32(10).string(service).finish()),
  requestDeserialize: readRequest,
  responseSerialize: (status: number) => Buffer.from([8, status]),
  responseDeserialize: (bytes: Buffer) => bytes[1] ?? 0,
};

/** The standard health service (grpc.health.v1), its two messages of one field each written out here. */
export const healthDefinition: ServiceDefinition = {
  Check: { ...message, path: `${PREFIX}/Check`, responseStream: false },
  Watch: { ...message, path: `${PREFIX}/Watch`, responseStream: true },
};

export interface HealthService {
  readonly implementation: UntypedServiceImplementation;
  /** Tells those who watch that nothing is served any more, and ends their streams. */
  drain(): void;
}

export function createHealthService(): HealthService {
  const watchers = new Set<ServerWritableStream<HealthRequest, number>>();
  let draining = false;
  const now = () => (draining ? NOT_SERVING : SERVING);
  return {
    implementation: {
      Check({ request }: ServerUnaryCall<HealthRequest, number>, respond: sendUnaryData<number>) {
        if (KNOWN.has(request.service)) respond(null, now());
        else respond(statusObject({ code: CODES.notFound, message: 'there is no service of this name' }));
      },
      Watch(call: ServerWritableStream<HealthRequest, number>) {
        call.write(KNOWN.has(call.request.service) ? now() : SERVICE_UNKNOWN);
        if (draining) return call.end();
        watchers.add(call);
        call.on('cancelled', () => watchers.delete(call));
      },
    },
    drain() {
      draining = true;
      for (const call of watchers) {
        call.write(NOT_SERVING);
        call.end();
      }
      watchers.clear();
    },
  };
}

/** HealthCheckRequest: service (1). A broken message is answered by the server with INTERNAL, as it does for all. */
function readRequest(bytes: Buffer): HealthRequest {
  const reader = protobuf.Reader.create(bytes);
  let service = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 10) service = reader.string();
    else reader.skipType(tag & 7);
  }
  return { service };
}
