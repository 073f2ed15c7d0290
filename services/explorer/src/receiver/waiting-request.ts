import type { Answer } from './answer.ts';

/** A request that waits for its turn. */
export interface WaitingRequest {
  readonly bytes: Uint8Array;
  /** Whether its sender has gone: then it need not be committed. */
  isAbandoned(): boolean;
  /** Called exactly once. */
  answer(answer: Answer): void;
}
