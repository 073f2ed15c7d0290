/** What the sender of an export request is told, in the words of neither gRPC nor HTTP. */
export type Answer =
  /** Its rows are committed. */
  | { readonly kind: 'accepted' }
  /** It is not a valid request, and sending it again will not help. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** Too much waits to be committed; nothing of this request was kept. */
  | { readonly kind: 'overloaded'; readonly reason: string; readonly retryMillis: number }
  /** The store takes nothing now, or the process is about to end. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryMillis: number }
  /** Its sender went away before it was handed to the store: nobody reads this answer. */
  | { readonly kind: 'cancelled' }
  /** The store refused it for a reason that sending again does not change. */
  | { readonly kind: 'failed'; readonly reason: string };

const RETRY_MILLIS = 1_000;

/** Senders are asked to come back at different times, else they would all come at once again. */
function spread(): number {
  return Math.round(RETRY_MILLIS * (0.5 + Math.random()));
}

export function overloaded(): Answer {
  return {
    kind: 'overloaded',
    reason: 'too much waits to be committed: send this again later, or less at a time',
    retryMillis: spread(),
  };
}

export function unavailable(reason: string): Answer {
  return { kind: 'unavailable', reason, retryMillis: spread() };
}

export const SHUTTING_DOWN = 'the receiver is shutting down: send this again';
