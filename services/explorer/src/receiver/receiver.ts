import { type Answer, overloaded, SHUTTING_DOWN, unavailable } from './answer.ts';
import type { Committer } from './committer.ts';
import { createGroupCommit, type GroupCommitSettings } from './group-commit.ts';
import { createPendingBytes, type PendingBytes, type Reservation } from './pending-bytes.ts';
import type { CommitObserver } from './settle-batch.ts';
import { ALL_SIGNALS, type Signal } from './signal.ts';
import { systemTimer, type Timer } from './timer.ts';

export interface ReceiverSettings {
  /** Bound on the bytes of requests that are held, over all signals. */
  readonly maxPendingBytes: number;
  readonly delayMillis: number;
  /** See `GroupCommitSettings`. */
  readonly intervalMillis: number;
  readonly maxBatchBytes: number;
}

export interface ReceiverParts {
  readonly committer: Committer;
  readonly observer: CommitObserver;
  readonly timer?: Timer;
}

/** The inside of both protocols' servers. */
export interface Receiver {
  readonly pending: PendingBytes;
  /** Why no request can begin now; undefined when one can. */
  refusal(): Answer | undefined;
  /**
   * Stores one serialized export request; resolves when its rows are committed, or when it is sure that they are not.
   * The reservation is released then.
   *
   * @param isAbandoned whether the sender has gone; what is not in flight then is dropped
   */
  accept(
    signal: Signal,
    request: Uint8Array,
    reservation: Reservation,
    isAbandoned: () => boolean,
  ): Promise<Answer>;
  /** New requests are refused from now on; resolves when all accepted ones are answered. */
  drain(): Promise<void>;
}

/** More requests than this would make a batch of tiny ones slow to split. */
const MAX_BATCH_REQUESTS = 2_000;
/** Together below the five seconds that a collector waits for an answer, else it sends again what is still tried. */
const RETRY_DELAYS_MILLIS = [100, 400, 1_500] as const;

export function createReceiver(settings: ReceiverSettings, parts: ReceiverParts): Receiver {
  const { committer, observer, timer = systemTimer } = parts;
  const pending = createPendingBytes(settings.maxPendingBytes);
  const common: Omit<GroupCommitSettings, 'signal'> = {
    committer,
    observer,
    timer,
    delayMillis: settings.delayMillis,
    intervalMillis: settings.intervalMillis,
    maxBatchBytes: settings.maxBatchBytes,
    maxBatchRequests: MAX_BATCH_REQUESTS,
    retryDelaysMillis: RETRY_DELAYS_MILLIS,
  };
  const groups = new Map(ALL_SIGNALS.map((signal) => [signal, createGroupCommit({ ...common, signal })]));
  let draining = false;

  return {
    pending,
    refusal() {
      if (draining) return unavailable(SHUTTING_DOWN);
      return pending.full ? overloaded() : undefined;
    },
    async accept(signal, request, reservation, isAbandoned) {
      try {
        if (draining) return unavailable(SHUTTING_DOWN);
        if (request.byteLength === 0) return { kind: 'accepted' };
        const reason = committer.check(request);
        if (reason !== undefined) return { kind: 'invalid', reason };
        return await new Promise<Answer>((answer) =>
          groups.get(signal)!.add({ bytes: request, isAbandoned, answer }),
        );
      } finally {
        reservation.release();
      }
    },
    async drain() {
      draining = true;
      await Promise.all([...groups.values()].map((group) => group.drain()));
    },
  };
}
