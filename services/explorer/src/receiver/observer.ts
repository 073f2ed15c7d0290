import type { Answer } from './answer.ts';
import type { CommitObserver } from './settle-batch.ts';
import type { Signal } from './signal.ts';

export type Protocol = 'grpc' | 'http';

/** Why a request was answered without its content having been looked at. */
export type Turned =
  | 'unauthorized'
  | 'foreign-site'
  | 'too-large'
  | 'too-slow'
  | 'media-type'
  | 'encoding'
  | 'broken-body';

export interface AnsweredRequest {
  readonly signal: Signal;
  readonly protocol: Protocol;
  /** After decompression; as far as it was read. */
  readonly bytes: number;
  readonly answer: Answer['kind'] | Turned;
}

/** Told of everything that the receiver answers and commits. */
export interface ReceiverObserver extends CommitObserver {
  answered(request: AnsweredRequest): void;
}
