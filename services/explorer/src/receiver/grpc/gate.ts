import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type StatusObject,
} from '@grpc/grpc-js';
import type { Admission } from '../../access/admission.ts';
import type { Answer } from '../answer.ts';
import type { ReceiverObserver, Turned } from '../observer.ts';
import type { Receiver } from '../receiver.ts';
import { CODES } from '../rpc-status.ts';
import { ALL_SIGNALS, SIGNALS, type Signal } from '../signal.ts';
import { statusObject, statusOf } from './answer-status.ts';
import { createReadingTurns, type ReadingTurns } from './reading-turns.ts';

export interface GateParts {
  readonly admission: Admission | undefined;
  readonly receiver: Receiver;
  readonly observer: ReceiverObserver;
  /** Messages that are read at once. Each may take the longest message's bytes. */
  readonly maxReading: number;
}

const SIGNAL_OF_PATH = new Map(
  ALL_SIGNALS.map((signal): [string, Signal] => [`/${SIGNALS[signal].grpcService}/Export`, signal]),
);

/** A message that takes longer to arrive would keep others from being read. */
const READING_MILLIS = 30_000;

const NO_TOKEN = statusObject({
  code: CODES.unauthenticated,
  message: 'send the metadata "authorization: Bearer <token>" with the receiver’s token',
});
const TOO_SLOW = statusObject({
  code: CODES.deadlineExceeded,
  message: `the message did not arrive within ${READING_MILLIS / 1_000} s: send it again, or less at a time`,
});

/**
 * Turns export requests away before their message is read: those without the token, and all while the receiver is
 * full or ends. The others are read a bounded number at a time. The health service is open to everyone.
 */
export function createGate({ admission, receiver, observer, maxReading }: GateParts): ServerInterceptor {
  const turns = createReadingTurns(maxReading);
  return (method, call) => {
    const signal = SIGNAL_OF_PATH.get(method.path);
    if (signal === undefined) return new ServerInterceptingCall(call);
    const turnAway = (status: StatusObject, answer: Answer['kind'] | Turned) => {
      observer.answered({ signal, protocol: 'grpc', bytes: 0, answer });
      call.sendStatus(status);
    };
    return new ExportCall(call, turns, {
      isDenied: (authorization) => {
        if (admission === undefined || admission.admits(authorization)) return false;
        turnAway(NO_TOKEN, 'unauthorized');
        return true;
      },
      isRefused: () => {
        const refusal = receiver.refusal();
        if (refusal === undefined || refusal.kind === 'accepted') return false;
        turnAway(statusOf(refusal), refusal.kind);
        return true;
      },
      tooSlow: () => turnAway(TOO_SLOW, 'too-slow'),
    });
  };
}

/** Each answers the call where it is turned away; an answered call is cancelled, which ends its turn. */
interface Doorkeeper {
  isDenied(authorization: string | undefined): boolean;
  isRefused(): boolean;
  tooSlow(): void;
}

/** A call whose message is read in its turn. */
class ExportCall extends ServerInterceptingCall {
  readonly #turns: ReadingTurns;
  readonly #keeper: Doorkeeper;
  #endReading: (() => void) | undefined;

  constructor(call: ServerInterceptingCallInterface, turns: ReadingTurns, keeper: Doorkeeper) {
    super(call);
    this.#turns = turns;
    this.#keeper = keeper;
  }

  override start(listener: Parameters<ServerInterceptingCall['start']>[0]): void {
    super.start({
      onReceiveMetadata: (metadata) => {
        if (this.#keeper.isDenied(metadata.get('authorization')[0]?.toString())) return;
        listener.onReceiveMetadata(metadata);
      },
      onReceiveMessage: (message) => {
        this.#endReading?.();
        listener.onReceiveMessage(message);
      },
      onReceiveHalfClose: () => listener.onReceiveHalfClose(),
      onCancel: () => {
        this.#endReading?.();
        listener.onCancel();
      },
    });
  }

  /** Asked for a second time the server waits for the end of the stream only. */
  override startRead(): void {
    if (this.#endReading !== undefined) {
      super.startRead();
      return;
    }
    let late: ReturnType<typeof setTimeout> | undefined;
    const endTurn = this.#turns.take(() => {
      if (this.#keeper.isRefused()) return;
      late = setTimeout(() => this.#keeper.tooSlow(), READING_MILLIS);
      super.startRead();
    });
    this.#endReading = () => {
      clearTimeout(late);
      endTurn();
    };
  }
}
