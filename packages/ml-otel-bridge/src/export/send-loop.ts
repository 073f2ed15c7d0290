import type { Clock } from '../clock.ts';
import type { Batch, Outbox } from './outbox.ts';
import type { SendOutcome } from './send-outcome.ts';

/** A batch made ready: sent again as it is after a lost answer, remembered once it is done. */
export interface PreparedRequest {
  send(): Promise<SendOutcome>;
  /** Commits what the batch changed. @returns what the outbox writes down of it */
  commit(): unknown;
}

/** What happened to batches, for counters and log lines. */
export interface SendObserver {
  sent(points: number): void;
  /** Lost for good. */
  dropped(points: number, reason: string): void;
  /** Will be sent again; `failures` in a row, this one included. */
  failed(reason: string, failures: number): void;
}

export interface SendLoopOptions<T> {
  readonly outbox: Outbox<T>;
  readonly clock: Clock;
  readonly observer: SendObserver;
  /** Longest time that an item waits for company; a whole request's worth does not wait. */
  readonly intervalMillis: number;
  readonly maxRequestBytes: number;
  prepare(batch: Batch<T>): PreparedRequest;
}

/** One request at a time, in order, until each has been answered. */
export interface SendLoop {
  /** New items are in the outbox. */
  notify(): void;
  /** Sends until the outbox is empty; false when `timeoutMillis` ended first. */
  flush(timeoutMillis: number): Promise<boolean>;
  /** No further request begins. */
  stop(): void;
}

const FIRST_RETRY_MILLIS = 250;
const LAST_RETRY_MILLIS = 5_000;

export function createSendLoop<T>(options: SendLoopOptions<T>): SendLoop {
  const { outbox, clock, observer, intervalMillis, prepare } = options;
  let maxBytes = options.maxRequestBytes;
  let held: { batch: Batch<T>; request: PreparedRequest } | undefined;
  let failures = 0;
  let running: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  let hurried = false;
  let flushing = 0;
  let stopped = false;

  function schedule(delayMillis: number): void {
    if (stopped) return;
    cancelTimer?.();
    cancelTimer = clock.after(delayMillis, () => {
      cancelTimer = undefined;
      start();
    });
  }

  function start(): void {
    if (stopped || running) return;
    cancelTimer?.();
    cancelTimer = undefined;
    hurried = false;
    running = drain().finally(() => {
      running = undefined;
    });
  }

  async function drain(): Promise<void> {
    while (!stopped && outbox.pendingItems > 0) {
      const waitMillis = await sendNext();
      const more = outbox.pendingBytes >= maxBytes || flushing > 0;
      if (waitMillis === 0 && more) continue;
      if (outbox.pendingItems > 0) schedule(waitMillis || intervalMillis);
      return;
    }
  }

  /** @returns milliseconds to wait before the next; 0 where this one is done */
  async function sendNext(): Promise<number> {
    if (held === undefined) {
      const batch = outbox.peek(maxBytes);
      if (batch === undefined) return 0;
      held = { batch, request: prepare(batch) };
    }
    const { batch, request } = held;
    const outcome = await request.send();
    if (outcome.status === 'retry') {
      failures += 1;
      observer.failed(outcome.reason, failures);
      return Math.max(outcome.afterMillis ?? 0, retryDelay(failures));
    }
    held = undefined;
    failures = 0;
    if (outcome.status === 'too_large') {
      if (batch.items.length > 1) {
        maxBytes /= 2;
        return 0;
      }
      // One item was to blame, not the size of requests.
      maxBytes = options.maxRequestBytes;
    }
    if (outcome.status === 'sent') observer.sent(batch.points);
    else observer.dropped(batch.points, outcome.reason);
    outbox.release(batch, request.commit());
    return 0;
  }

  return {
    notify() {
      if (running) return;
      const isWorthARequest = failures === 0 && outbox.pendingBytes >= maxBytes;
      if (isWorthARequest && !hurried) {
        hurried = true;
        schedule(0);
      } else if (!cancelTimer) schedule(intervalMillis);
    },
    async flush(timeoutMillis) {
      if (stopped) return outbox.pendingItems === 0;
      flushing += 1;
      try {
        return await drainWithin(timeoutMillis);
      } finally {
        flushing -= 1;
      }
    },
    stop() {
      stopped = true;
      cancelTimer?.();
    },
  };

  /** Retries come sooner than in the loop's own pace, as someone is waiting. */
  async function drainWithin(timeoutMillis: number): Promise<boolean> {
    let expired = false;
    let expire = () => {};
    const deadline = new Promise<void>((resolve) => {
      const expiry = () => {
        expired = true;
        resolve();
      };
      expire = clock.after(timeoutMillis, expiry, 'awaited');
    });
    while (!expired && !stopped && outbox.pendingItems > 0) {
      start();
      await Promise.race([running ?? Promise.resolve(), deadline]);
      if (outbox.pendingItems > 0 && !expired) {
        await Promise.race([
          new Promise<void>((resolve) => clock.after(FIRST_RETRY_MILLIS, resolve)),
          deadline,
        ]);
      }
    }
    expire();
    return outbox.pendingItems === 0;
  }
}

/** Doubling, with up to a quarter of jitter so that many senders do not come back at once. */
function retryDelay(failures: number): number {
  const delay = Math.min(FIRST_RETRY_MILLIS * 2 ** Math.min(failures - 1, 10), LAST_RETRY_MILLIS);
  return delay * (1 - Math.random() / 4);
}
