import type { Answer } from '../answer.ts';
import { overloaded } from '../answer.ts';
import { InvalidJson } from '../json/invalid-json.ts';
import type { Transcode } from '../json/transcode.ts';
import type { ReceiverObserver, Turned } from '../observer.ts';
import type { Reservation } from '../pending-bytes.ts';
import type { Receiver } from '../receiver.ts';
import { CODES } from '../rpc-status.ts';
import type { Signal } from '../signal.ts';
import type { Door } from './door.ts';
import { readBody } from './read-body.ts';
import { type Encoding, type Refusal, refuse, reply } from './reply.ts';
import { announcedBytes, codingOf, encodingOf } from './request-headers.ts';

export interface ExportHandlerParts {
  readonly receiver: Receiver;
  readonly observer: ReceiverObserver;
  readonly transcode: Transcode;
  readonly door: Door;
  /** Of one request, after decompression. */
  readonly maxMessageBytes: number;
}

/** What came of a request: an answer of the receiver, or a refusal before it got there. */
type Outcome = { readonly bytes: number } & (
  | { readonly answer: Answer }
  | { readonly turned: Turned; readonly refusal: Refusal }
);

/** `POST /v1/<signal>`. */
export function exportHandler(signal: Signal, parts: ExportHandlerParts) {
  const { receiver, observer, transcode, door, maxMessageBytes } = parts;

  return async (request: Request): Promise<Response> => {
    const encoding = encodingOf(request.headers);
    const outcome = await handle(request, encoding);
    const answer = 'turned' in outcome ? outcome.turned : outcome.answer.kind;
    observer.answered({ signal, protocol: 'http', bytes: outcome.bytes, answer });
    const spoken = encoding ?? 'application/json';
    return 'turned' in outcome ? refuse(spoken, outcome.refusal) : reply(spoken, outcome.answer);
  };

  async function handle(request: Request, encoding: Encoding | undefined): Promise<Outcome> {
    const closed = door(request.headers);
    if (closed !== undefined) return { bytes: 0, ...closed };
    if (encoding === undefined) return turned('media-type', MEDIA_TYPE);
    const refusal = receiver.refusal();
    if (refusal !== undefined) return { bytes: 0, answer: refusal };
    if (announcedBytes(request.headers) > maxMessageBytes) return tooLarge();
    const reservation = receiver.pending.reserve(0);
    if (reservation === undefined) return { bytes: 0, answer: overloaded() };
    try {
      return await take(request, encoding, reservation);
    } finally {
      reservation.release();
    }
  }

  async function take(request: Request, encoding: Encoding, reservation: Reservation): Promise<Outcome> {
    const coding = codingOf(request.headers);
    if (coding === undefined) return turned('encoding', CODING);
    const body = await readBody(request.body, { coding, maxBytes: maxMessageBytes, reservation });
    switch (body.kind) {
      case 'too-large':
        return tooLarge();
      case 'overloaded':
        return { bytes: 0, answer: overloaded() };
      case 'broken':
        return turned('broken-body', BROKEN);
      case 'read': {
        const bytes = body.bytes.byteLength;
        const message = encoding === 'application/json' ? fromJson(body.bytes) : body.bytes;
        if (!(message instanceof Uint8Array)) return { bytes, answer: message };
        const isAbandoned = () => request.signal.aborted;
        return { bytes, answer: await receiver.accept(signal, message, reservation, isAbandoned) };
      }
    }
  }

  function fromJson(json: Uint8Array): Uint8Array | Answer {
    try {
      return transcode(signal, json);
    } catch (error) {
      if (error instanceof InvalidJson) return { kind: 'invalid', reason: error.message };
      throw error;
    }
  }

  function tooLarge(): Outcome {
    const message = `a request has at most ${maxMessageBytes} bytes after decompression: send several`;
    return turned('too-large', { status: 413, code: CODES.invalidArgument, message });
  }
}

const MEDIA_TYPE: Refusal = {
  status: 415,
  code: CODES.invalidArgument,
  message: 'send Content-Type: application/x-protobuf or application/json',
};
const CODING: Refusal = {
  status: 415,
  code: CODES.invalidArgument,
  message: 'send Content-Encoding: gzip or zstd, or none',
  headers: { 'accept-encoding': 'gzip, zstd' },
};
const BROKEN: Refusal = {
  status: 400,
  code: CODES.invalidArgument,
  message: 'the body ends early, or is not in the coding that Content-Encoding names',
};

function turned(reason: Turned, refusal: Refusal): Outcome {
  return { bytes: 0, turned: reason, refusal };
}
