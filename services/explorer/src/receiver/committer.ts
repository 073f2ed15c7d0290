import type { Signal } from './signal.ts';

/** What became of a batch. */
export type CommitOutcome =
  /** Every row of every request is durable and will be read. */
  | { readonly kind: 'committed' }
  /** At least one request is not what it claims to be. Nothing of the batch was written. */
  | { readonly kind: 'corrupt'; readonly reason: string }
  /**
   * Some rows may have been written. The same requests under the same name write what is missing and nothing twice;
   * that is worth trying where it is `retryable`.
   */
  | { readonly kind: 'failed'; readonly retryable: boolean; readonly reason: string };

/** Names one batch: another try of it carries the same name, nothing else ever does. */
export interface BatchName {
  readonly id: string;
  /** When the batch was made, in milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

/** Where export requests are stored: all that the receiver knows of the store. */
export interface Committer {
  /**
   * Whether a serialized request may be committed together with others: it ends where its last field ends, so that it
   * cannot take bytes of the next one as its own.
   *
   * @returns why not; undefined when it may
   */
  check(request: Uint8Array): string | undefined;
  /**
   * Writes serialized `Export…ServiceRequest` messages of one signal, in one insert. The requests stay the caller's
   * and do not change before the outcome is there.
   */
  commit(signal: Signal, requests: readonly Uint8Array[], name: BatchName): Promise<CommitOutcome>;
}
