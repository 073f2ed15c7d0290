import type { Answer } from './answer.ts';
import { SHUTTING_DOWN, unavailable } from './answer.ts';
import { type CommitSettings, settleBatch } from './settle-batch.ts';

/** A request that waits for its turn. */
export interface WaitingRequest {
  readonly bytes: Uint8Array;
  /** Whether its sender has gone: then it need not be committed. */
  isAbandoned(): boolean;
  /** Called exactly once. */
  answer(answer: Answer): void;
}

export interface GroupCommitSettings extends CommitSettings {
  /** Longest time that a request waits for company while nothing is in flight. */
  readonly delayMillis: number;
  /** A batch of so many bytes or requests waits no longer, and grows no further than by its last request. */
  readonly maxBatchBytes: number;
  readonly maxBatchRequests: number;
}

export interface GroupCommit {
  add(request: WaitingRequest): void;
  /** Commits what was added without waiting for company; resolves when all of it is answered. */
  drain(): Promise<void>;
}

/**
 * Commits requests of one signal that arrive together with one insert, in the order of their arrival. One batch is in
 * flight at a time, so that batches grow by themselves while the store is busy; the delay only serves senders that
 * come one by one, each of whom would otherwise cost an insert.
 */
export function createGroupCommit(settings: GroupCommitSettings): GroupCommit {
  const { delayMillis, maxBatchBytes, maxBatchRequests, timer } = settings;
  let waiting: WaitingRequest[] = [];
  let waitingBytes = 0;
  let draining = false;
  let running: Promise<void> | undefined;
  let endDelay: (() => void) | undefined;

  // Halved by each failure, doubled by each success: a request that the store fails on ends up alone, and those that
  // were sent again after failing with it get through.
  let allowance = maxBatchRequests;

  const isFull = () => waitingBytes >= maxBatchBytes || waiting.length >= allowance;

  /** Company is waited for anew for each batch: who was answered together sends the next together. */
  function company(): Promise<void> {
    if (draining || isFull()) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const cancel = timer.after(delayMillis, resolve);
      endDelay = () => {
        cancel();
        resolve();
      };
    }).then(() => {
      endDelay = undefined;
    });
  }

  function takeBatch(): WaitingRequest[] {
    let count = 0;
    let bytes = 0;
    while (count < waiting.length && count < allowance && bytes < maxBatchBytes) {
      bytes += waiting[count++]!.bytes.byteLength;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    waitingBytes -= bytes;
    return batch;
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await company();
      const batch = takeBatch();
      const gone = batch.filter((request) => request.isAbandoned());
      for (const request of gone) request.answer({ kind: 'cancelled' });
      const present = gone.length === 0 ? batch : batch.filter((request) => !gone.includes(request));
      if (present.length === 0) continue;
      const settled = await settleBatch(present, settings);
      allowance = settled
        ? Math.min(maxBatchRequests, allowance * 2)
        : Math.max(1, Math.floor(present.length / 2));
    }
    running = undefined;
  }

  return {
    add(request) {
      if (draining) {
        request.answer(unavailable(SHUTTING_DOWN));
        return;
      }
      waiting.push(request);
      waitingBytes += request.bytes.byteLength;
      if (isFull()) endDelay?.();
      running ??= run();
    },
    async drain() {
      draining = true;
      endDelay?.();
      await running;
    },
  };
}
