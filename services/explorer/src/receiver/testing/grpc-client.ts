import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { SIGNALS, type Signal } from '../signal.ts';

export interface GrpcClient extends Disposable {
  /** The serialized response. Rejects with the call's ServiceError. */
  call(path: string, message: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<Buffer>;
  export(signal: Signal, message: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<Buffer>;
  readonly raw: Client;
}

const same = (bytes: Buffer) => bytes;

/** A client that sends bytes as they are. */
export function grpcClient(port: number, options: object = {}): GrpcClient {
  const raw = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const call: GrpcClient['call'] = (path, message, entries = {}) => {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
    return new Promise((resolve, reject) => {
      raw.makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(message),
        metadata,
        (error: ServiceError | null, answer) => (error ? reject(error) : resolve(answer!)),
      );
    });
  };
  return {
    raw,
    call,
    export: (signal, message, metadata) => call(`/${SIGNALS[signal].grpcService}/Export`, message, metadata),
    [Symbol.dispose]: () => raw.close(),
  };
}

/** How a call failed; throws where it did not. */
export async function failure(call: Promise<unknown>): Promise<ServiceError> {
  const outcome = await call.then(
    () => undefined,
    (error: ServiceError) => error,
  );
  if (outcome === undefined) throw new Error('the call was answered OK');
  return outcome;
}
