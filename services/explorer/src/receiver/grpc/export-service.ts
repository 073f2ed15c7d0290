import type { ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { type Answer, overloaded } from '../answer.ts';
import type { ReceiverObserver } from '../observer.ts';
import type { Receiver } from '../receiver.ts';
import { SIGNALS, type Signal } from '../signal.ts';
import { statusOf } from './answer-status.ts';

/** An `Export…ServiceResponse` without a partial success. */
const EMPTY = Buffer.alloc(0);
const same = (bytes: Buffer): Buffer => bytes;

/** The service of one signal. Its messages stay bytes: the store is what decodes them. */
export function exportDefinition(signal: Signal): ServiceDefinition {
  return {
    Export: {
      path: `/${SIGNALS[signal].grpcService}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  };
}

export function exportHandler(signal: Signal, receiver: Receiver, observer: ReceiverObserver) {
  return async (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): Promise<void> => {
    const bytes = call.request.byteLength;
    const answer = await take(call);
    observer.answered({ signal, protocol: 'grpc', bytes, answer: answer.kind });
    if (answer.kind === 'accepted') respond(null, EMPTY);
    else respond(statusOf(answer));
  };

  async function take(call: ServerUnaryCall<Buffer, Buffer>): Promise<Answer> {
    const reservation = receiver.pending.reserve(call.request.byteLength);
    if (reservation === undefined) return overloaded();
    return receiver.accept(signal, call.request, reservation, () => call.cancelled);
  }
}
