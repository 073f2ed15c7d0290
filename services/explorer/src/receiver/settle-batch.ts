import { randomUUID } from 'node:crypto';
import { unavailable } from './answer.ts';
import type { BatchName, CommitOutcome, Committer } from './committer.ts';
import type { Signal } from './signal.ts';
import type { Timer } from './timer.ts';
import type { WaitingRequest } from './waiting-request.ts';

export interface CommitSettings {
  readonly signal: Signal;
  readonly committer: Committer;
  readonly observer: CommitObserver;
  /** Pauses before the further tries of a batch that failed retryably; as many tries as pauses. */
  readonly retryDelaysMillis: readonly number[];
  readonly timer: Timer;
}

/** Told of each try to commit. */
export interface CommitObserver {
  tried(
    signal: Signal,
    batch: { requests: number; bytes: number },
    outcome: CommitOutcome,
    seconds: number,
  ): void;
}

/**
 * Commits a batch and answers each of its requests. A corrupt request spoils no other one: the batch is halved until
 * the corrupt one is alone, which takes few inserts where most requests are sound.
 *
 * @returns whether the store took or refused each request, rather than failing
 */
export async function settleBatch(
  batch: readonly WaitingRequest[],
  settings: CommitSettings,
): Promise<boolean> {
  const outcome = await commitPatiently(batch, settings);
  if (outcome.kind === 'corrupt' && batch.length > 1) {
    const middle = batch.length >> 1;
    const first = await settleBatch(batch.slice(0, middle), settings);
    const second = await settleBatch(batch.slice(middle), settings);
    return first && second;
  }
  for (const request of batch) request.answer(answerTo(outcome));
  return outcome.kind !== 'failed';
}

function answerTo(outcome: CommitOutcome): Parameters<WaitingRequest['answer']>[0] {
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'accepted' };
    case 'corrupt':
      return { kind: 'invalid', reason: 'the message does not follow its protobuf schema' };
    case 'failed':
      return outcome.retryable
        ? unavailable('the store does not answer: send this again')
        : { kind: 'failed', reason: 'the store refused it; the log of the receiver says why' };
  }
}

/** Tries again with the same bytes under the same name, since a failed try may have written a part. */
async function commitPatiently(
  batch: readonly WaitingRequest[],
  settings: CommitSettings,
): Promise<CommitOutcome> {
  // A batch never changes, so an id of its own names its bytes as well as their hash would, and unlike the hash does
  // not mistake an equal request of another sender for a repetition.
  const name = { id: randomUUID(), receivedAt: Date.now() };
  let outcome = await commitOnce(batch, name, settings);
  for (const delayMillis of settings.retryDelaysMillis) {
    if (outcome.kind !== 'failed' || !outcome.retryable) break;
    await new Promise<void>((resolve) => void settings.timer.after(delayMillis, resolve));
    outcome = await commitOnce(batch, name, settings);
  }
  return outcome;
}

async function commitOnce(
  batch: readonly WaitingRequest[],
  name: BatchName,
  { signal, committer, observer }: CommitSettings,
): Promise<CommitOutcome> {
  const requests = batch.map(({ bytes }) => bytes);
  const size = {
    requests: batch.length,
    bytes: requests.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
  const start = performance.now();
  const outcome = await committer.commit(signal, requests, name).catch(unexpected);
  observer.tried(signal, size, outcome, (performance.now() - start) / 1_000);
  return outcome;
}

/** Nobody knows what a committer wrote that threw; so the same is tried again. */
function unexpected(error: unknown): CommitOutcome {
  return { kind: 'failed', retryable: true, reason: error instanceof Error ? error.message : String(error) };
}
