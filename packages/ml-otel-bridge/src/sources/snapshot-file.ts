import { type Clock, systemClock } from '../clock.ts';
import type { Time } from '../schema/index.ts';
import { createDelivery, type SnapshotSink } from './delivery.ts';
import type { SourceLogger } from './episode.ts';
import { createFileFollower, type FollowerOptions, type FollowerStatus } from './file-follower.ts';
import { createFollowerThread } from './follower-thread.ts';
import { createPosition } from './position.ts';
import type { Tail } from './tail.ts';

export interface SnapshotFileOptions extends Omit<FollowerOptions, 'tail'> {
  readonly sink: SnapshotSink;
  readonly logger: SourceLogger;
  /**
   * Where the file is read: in the `caller`'s thread (default), or in its `own`. A job that replaces its file every
   * few milliseconds loses what it wrote while the thread that reads was busy, and sending keeps a thread busy.
   */
  readonly thread?: 'caller' | 'own';
  /**
   * A file in which it is written down how far a file that is appended to has been read, so that a restart goes on
   * there; after a kill, a few hundred snapshots before.
   */
  readonly positionFile?: string;
  /** Default: the system's. Not for a thread of its own. */
  readonly clock?: Clock;
}

export interface SnapshotFileStatus extends FollowerStatus {
  /** Snapshots that were read and that the sink has no room for. */
  readonly waitingSnapshots: number;
}

/**
 * A file that a training job writes: one snapshot, an array, or NDJSON; rewritten, replaced or appended to. It is
 * read at every change that the operating system tells of, and at the interval. What is offered to the sink may be
 * something it has been offered before: the sink knows.
 */
export interface SnapshotFileSource {
  /** Reads what is there and begins to watch. */
  start(): void;
  /** Reads a last time and ends; nothing is offered after it. */
  stop(): Promise<void>;
  status(): SnapshotFileStatus;
}

const FULL_RETRY_MILLIS = 1_000;

export function createSnapshotFileSource(options: SnapshotFileOptions): SnapshotFileSource {
  const { path, intervalMillis, sink, logger, clock = systemClock } = options;
  const delivery = createDelivery(sink, logger, { file: path });
  let cancelRetry: (() => void) | undefined;
  let status: FollowerStatus = {
    present: false,
    lastLookAt: clock.now(),
    lastReadAt: undefined,
    lastChangeAt: undefined,
    trouble: undefined,
  };

  function retryLater(): void {
    cancelRetry?.();
    cancelRetry = undefined;
    if (delivery.waiting === 0) return;
    cancelRetry = clock.after(FULL_RETRY_MILLIS, () => {
      delivery.retry();
      retryLater();
    });
  }

  const observer = {
    logger,
    status: (news: FollowerStatus) => {
      status = news;
    },
    read(values: readonly unknown[], time: Time, tail: Tail | undefined) {
      delivery.offer(values, time);
      retryLater();
      // What waits for room is in memory only: after a restart it must be read again.
      if (delivery.waiting === 0) position?.reached(tail, values.length);
    },
  };
  const position =
    options.positionFile === undefined
      ? undefined
      : createPosition(options.positionFile, { file: path, logger, clock });
  const tail = position?.load();
  const settings = { path, intervalMillis, ...(tail && { tail }) };
  const follower =
    options.thread === 'own'
      ? createFollowerThread(settings, observer)
      : createFileFollower(settings, observer, clock);

  return {
    start: () => follower.start(),
    async stop() {
      await follower.stop();
      cancelRetry?.();
      delivery.retry();
      position?.close();
    },
    status: () => ({ ...status, waitingSnapshots: delivery.waiting }),
  };
}
