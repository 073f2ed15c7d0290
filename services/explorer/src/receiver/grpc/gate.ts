import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type StatusObject,
} from '@grpc/grpc-js';
import type { Admission } from '../../access/admission.ts';
import type { Answer } from '../answer.ts';
import type { ReceiverObserver } from '../observer.ts';
import type { Receiver } from '../receiver.ts';
import { CODES } from '../rpc-status.ts';
import { ALL_SIGNALS, SIGNALS, type Signal } from '../signal.ts';
import { statusObject, statusOf } from './answer-status.ts';

export interface GateParts {
  readonly admission: Admission | undefined;
  readonly receiver: Receiver;
  readonly observer: ReceiverObserver;
}

const SIGNAL_OF_PATH = new Map(
  ALL_SIGNALS.map((signal): [string, Signal] => [`/${SIGNALS[signal].grpcService}/Export`, signal]),
);

/**
 * Turns export requests away before their message is read: those without the token, and all while the receiver is
 * full or ends. The health service is open to everyone.
 */
export function createGate({ admission, receiver, observer }: GateParts): ServerInterceptor {
  return (method, call: ServerInterceptingCallInterface) => {
    const signal = SIGNAL_OF_PATH.get(method.path);
    if (signal === undefined) return new ServerInterceptingCall(call);
    const turnAway = (status: StatusObject, answer: Answer['kind'] | 'unauthorized') => {
      observer.answered({ signal, protocol: 'grpc', bytes: 0, answer });
      call.sendStatus(status);
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            const given = metadata.get('authorization')[0]?.toString();
            if (admission !== undefined && !admission.admits(given)) {
              const message = 'send the metadata "authorization: Bearer <token>" with the receiver’s token';
              return turnAway(statusObject({ code: CODES.unauthenticated, message }), 'unauthorized');
            }
            const refusal = receiver.refusal();
            if (refusal !== undefined && refusal.kind !== 'accepted') {
              return turnAway(statusOf(refusal), refusal.kind);
            }
            pass(metadata);
          },
        }),
    });
  };
}
