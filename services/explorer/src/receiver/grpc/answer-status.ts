import { Metadata, type StatusObject } from '@grpc/grpc-js';
import type { Answer } from '../answer.ts';
import { CODES, encodeStatus, type Status } from '../rpc-status.ts';

/** An answer that is not "accepted", as OTLP/gRPC says it. */
export function statusOf(answer: Exclude<Answer, { kind: 'accepted' }>): StatusObject {
  switch (answer.kind) {
    case 'invalid':
      return statusObject({ code: CODES.invalidArgument, message: answer.reason });
    case 'overloaded':
      return statusObject({
        code: CODES.resourceExhausted,
        message: answer.reason,
        retryMillis: answer.retryMillis,
      });
    case 'unavailable':
      return statusObject({
        code: CODES.unavailable,
        message: answer.reason,
        retryMillis: answer.retryMillis,
      });
    case 'cancelled':
      return statusObject({ code: CODES.cancelled, message: 'the sender went away' });
    case 'failed':
      return statusObject({ code: CODES.internal, message: answer.reason });
  }
}

export function statusObject(status: Status): StatusObject {
  const metadata = new Metadata();
  if (status.retryMillis !== undefined) metadata.set('grpc-status-details-bin', encodeStatus(status));
  return { code: status.code, details: status.message, metadata };
}
