import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Answer, PostSnapshots } from './post-snapshots.ts';
import type { TrainingSnapshot } from './snapshot.ts';
import type { SnapshotSink } from './snapshot-sink.ts';

export type PushLimits = {
  /** Snapshots that wait at most; past it the oldest are dropped, counted and reported. */
  queued: number;
  /** Snapshots in one request at most. */
  perRequest: number;
  firstRetryMs: number;
  longestRetryMs: number;
};

export const defaultPushLimits: PushLimits = {
  queued: 10_000,
  perRequest: 100,
  firstRetryMs: 250,
  longestRetryMs: 15_000,
};

/**
 * Sends snapshots to a push gateway in their order, one request at a time. `write` never waits: while the gateway is
 * away, snapshots wait in a bounded queue and the request is repeated, later each time or when the gateway says.
 */
export class SnapshotPush implements SnapshotSink {
  readonly #post: PostSnapshots;
  readonly #log: Logger;
  readonly #limits: PushLimits;
  readonly #stop = new AbortController();
  #queue: TrainingSnapshot[] = [];
  #sending: Promise<void> | undefined;
  #dropped = 0;

  constructor(post: PostSnapshots, log: Logger, limits: PushLimits = defaultPushLimits) {
    this.#post = post;
    this.#log = log;
    this.#limits = limits;
  }

  async write(snapshot: TrainingSnapshot): Promise<void> {
    this.#queue.push(snapshot);
    if (this.#queue.length > this.#limits.queued) this.#dropOldest();
    this.#sending ??= this.#sendAll();
  }

  async close(signal: AbortSignal): Promise<void> {
    const stop = () => this.#stop.abort();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await this.#sending;
    signal.removeEventListener('abort', stop);
    if (this.#queue.length > 0) {
      this.#log.error({ lost: this.#queue.length }, 'stopped before the gateway took all snapshots');
    }
  }

  /** Until the queue is empty or the push is stopped; what was not answered stays in the queue. */
  async #sendAll(): Promise<void> {
    let failures = 0;
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const batch = this.#queue.slice(0, this.#limits.perRequest);
      const answer = await this.#post(batch, this.#stop.signal);
      if (answer.kind === 'retry') {
        if (failures === 0) {
          this.#log.warn(
            { reason: answer.reason },
            'the gateway did not take snapshots; they wait and are sent again',
          );
        }
        failures += 1;
        await this.#pause(answer, failures);
      } else {
        if (answer.kind === 'taken' && failures > 0) this.#log.info('the gateway takes snapshots again');
        failures = 0;
        this.#settle(batch, answer);
      }
    }
    // In the same turn as the check of the queue: a snapshot that comes now starts the sending anew.
    this.#sending = undefined;
  }

  #settle(batch: readonly TrainingSnapshot[], answer: Exclude<Answer, { kind: 'retry' }>): void {
    const sent = new Set(batch);
    this.#queue = this.#queue.filter((snapshot) => !sent.has(snapshot));
    if (answer.kind === 'refused') {
      this.#log.error(
        { lost: batch.length, reason: answer.reason },
        'the gateway refused snapshots: check --push and the token',
      );
    } else if (answer.rejected > 0) {
      this.#log.error({ lost: answer.rejected }, 'the gateway rejected snapshots as invalid');
    }
  }

  #dropOldest(): void {
    this.#queue.shift();
    this.#dropped += 1;
    if (this.#dropped === 1 || this.#dropped % 1000 === 0) {
      this.#log.error(
        { dropped: this.#dropped },
        'the queue is full while the gateway is away: the oldest snapshots are dropped',
      );
    }
  }

  async #pause(answer: { retryAfterMs?: number }, failures: number): Promise<void> {
    const backoff = Math.min(
      this.#limits.longestRetryMs,
      this.#limits.firstRetryMs * 2 ** Math.min(failures - 1, 20),
    );
    const wait = answer.retryAfterMs ?? backoff * (0.5 + Math.random() / 2);
    await delay(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
