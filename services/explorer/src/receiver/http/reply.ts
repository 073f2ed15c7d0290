import type { Answer } from '../answer.ts';
import { CODES, type Code, encodeStatus } from '../rpc-status.ts';

/** The two encodings of OTLP/HTTP; a response has its request's. */
export type Encoding = 'application/x-protobuf' | 'application/json';

/** An `Export…ServiceResponse` without a partial success. */
export function accepted(encoding: Encoding): Response {
  const body = encoding === 'application/json' ? '{}' : new Uint8Array();
  return new Response(body, { headers: { 'content-type': encoding } });
}

export interface Refusal {
  readonly status: number;
  readonly code: Code;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A google.rpc.Status in the encoding of the request, as OTLP/HTTP demands of errors. */
export function refuse(encoding: Encoding, { status, code, message, headers }: Refusal): Response {
  const body =
    encoding === 'application/json' ? JSON.stringify({ code, message }) : encodeStatus({ code, message });
  return new Response(body, { status, headers: { 'content-type': encoding, ...headers } });
}

export function reply(encoding: Encoding, answer: Answer): Response {
  switch (answer.kind) {
    case 'accepted':
      return accepted(encoding);
    case 'invalid':
      return refuse(encoding, { status: 400, code: CODES.invalidArgument, message: answer.reason });
    case 'overloaded':
      return refuse(encoding, { status: 429, code: CODES.resourceExhausted, ...later(answer) });
    case 'unavailable':
      return refuse(encoding, { status: 503, code: CODES.unavailable, ...later(answer) });
    case 'cancelled':
      return refuse(encoding, { status: 503, code: CODES.cancelled, message: 'the sender went away' });
    case 'failed':
      return refuse(encoding, { status: 500, code: CODES.internal, message: answer.reason });
  }
}

/** `Retry-After` knows whole seconds only. */
function later({ reason, retryMillis }: { readonly reason: string; readonly retryMillis: number }) {
  return {
    message: reason,
    headers: { 'retry-after': String(Math.max(1, Math.round(retryMillis / 1_000))) },
  };
}
