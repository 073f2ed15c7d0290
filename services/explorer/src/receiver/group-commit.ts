import { SHUTTING_DOWN, unavailable } from './answer.ts';
import { type CommitSettings, settleBatch } from './settle-batch.ts';
import type { WaitingRequest } from './waiting-request.ts';

export interface GroupCommitSettings extends CommitSettings {
  /**
   * How long a request waits for company while nothing is in flight. Begins anew, a few times, while much comes and goes on
   * coming.
   */
  readonly delayMillis: number;
  /**
   * From the beginning of one batch to that of the next, while little comes: an insert of one request costs about as
   * much as one of a hundred. What comes after a longer pause waits for the delay only.
   */
  readonly intervalMillis: number;
  /** A batch of so many bytes or requests waits no longer, and grows no further than by its last request. */
  readonly maxBatchBytes: number;
  readonly maxBatchRequests: number;
}

export interface GroupCommit {
  add(request: WaitingRequest): void;
  /** Commits what was added without waiting for company; resolves when all of it is answered. */
  drain(): Promise<void>;
}

/** More than this is not little: it need not wait for the interval. */
const LITTLE_BYTES = 64 * 2 ** 10;
/** An insert keeps one core busy. A second beside it only where a whole batch waits: small ones cost more a row, and merges. */
const MAX_IN_FLIGHT = 2;
/** As long as each brings something. */
const MOST_DELAYS = 5;

/**
 * Commits requests of one signal that arrive together with one insert. Mostly one batch is in flight at a time, so
 * that batches grow by themselves while the store is busy; a second one only where a full batch waits.
 */
export function createGroupCommit(settings: GroupCommitSettings): GroupCommit {
  const { delayMillis, intervalMillis, maxBatchBytes, maxBatchRequests, timer } = settings;
  let waiting: WaitingRequest[] = [];
  let waitingBytes = 0;
  let inFlight = 0;
  let begunAt = Number.NEGATIVE_INFINITY;
  let draining = false;
  let running: Promise<void> | undefined;
  /** Requests that wait once those who were answered last have sent as many again. */
  let expected = 0;
  /** Looks whether what is being waited for is there now. */
  let look: () => void = () => {};

  // Halved by each failure, doubled by each success: a request that the store fails on ends up alone, and those that
  // were sent again after failing with it get through.
  let allowance = maxBatchRequests;

  const isFull = () => waitingBytes >= maxBatchBytes || waiting.length >= allowance;
  const mayBegin = () => inFlight === 0 || (inFlight < MAX_IN_FLIGHT && isFull());

  /** Until it holds, or until the time is over where there is one. */
  function until(holds: () => boolean, millis?: number): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const end = () => {
        cancel?.();
        look = () => {};
        resolve();
      };
      const cancel = millis === undefined ? undefined : timer.after(millis, end);
      look = () => {
        if (holds()) end();
      };
    });
  }

  /** Company is waited for anew for each batch: who was answered together sends the next together. */
  async function company(): Promise<void> {
    let before: number;
    let delays = 0;
    do {
      before = waiting.length;
      await until(() => draining || isFull(), delayMillis);
      // While much comes, the rest of it is waited for: who was answered together needs a while to send again, on a busy
      // machine more than one delay.
    } while (
      !draining &&
      !isFull() &&
      waitingBytes > LITTLE_BYTES &&
      (waiting.length > before || waiting.length < expected) &&
      ++delays < MOST_DELAYS
    );
    const left = begunAt + intervalMillis - timer.now();
    if (left > 0) await until(() => draining || isFull() || waitingBytes > LITTLE_BYTES, left);
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

  async function settle(batch: readonly WaitingRequest[]): Promise<void> {
    inFlight++;
    begunAt = timer.now();
    const settled = await settleBatch(batch, settings);
    allowance = settled
      ? Math.min(maxBatchRequests, allowance * 2)
      : Math.max(1, Math.floor(batch.length / 2));
    inFlight--;
    expected = waiting.length + batch.length;
    look();
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      if (!mayBegin()) await until(mayBegin);
      await company();
      const batch = takeBatch();
      const gone = batch.filter((request) => request.isAbandoned());
      for (const request of gone) request.answer({ kind: 'cancelled' });
      const present = gone.length === 0 ? batch : batch.filter((request) => !gone.includes(request));
      if (present.length > 0) void settle(present);
      if (waiting.length === 0) await until(() => inFlight === 0 || waiting.length > 0);
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
      running ??= run();
      look();
    },
    async drain() {
      draining = true;
      look();
      await running;
    },
  };
}
