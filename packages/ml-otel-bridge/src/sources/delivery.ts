import type { Issue, Time } from '../schema/index.ts';
import { createEpisode, type SourceLogger } from './episode.ts';

/** What became of a snapshot. `full`: it was not taken and is to be offered again. */
export type SinkOutcome =
  | { readonly status: 'accepted' | 'duplicate' }
  | { readonly status: 'rejected'; readonly issues: readonly Issue[] }
  | { readonly status: 'full' };

/** Who takes the snapshots; a bridge fits. */
export interface SnapshotSink {
  /** Never throws; one outcome for each snapshot, in order. */
  recordAll(snapshots: readonly unknown[], options: { readonly fallbackTime: Time }): readonly SinkOutcome[];
}

/** Hands snapshots on, in the order in which they were read, and keeps those that there is no room for. */
export interface Delivery {
  readonly waiting: number;
  offer(snapshots: readonly unknown[], fallbackTime: Time): void;
  /** Offers again what waits. */
  retry(): void;
}

/** Snapshots that may wait; about 4 MB of typical ones. */
const MAX_WAITING = 10_000;
const SHOWN_SNAPSHOTS = 5;

export function createDelivery(sink: SnapshotSink, logger: SourceLogger, details: object): Delivery {
  const invalid = createEpisode(logger, details);
  const full = createEpisode(logger, details);
  let waiting: { snapshot: unknown; fallbackTime: Time }[] = [];

  function offer(snapshots: readonly unknown[], fallbackTime: Time): void {
    if (waiting.length > 0) retry();
    if (waiting.length > 0) keep(snapshots, fallbackTime);
    else hand(snapshots, fallbackTime);
  }

  function hand(snapshots: readonly unknown[], fallbackTime: Time): void {
    const outcomes = sink.recordAll(snapshots, { fallbackTime });
    report(outcomes);
    keep(
      snapshots.filter((_, index) => outcomes[index]?.status === 'full'),
      fallbackTime,
    );
  }

  function report(outcomes: readonly SinkOutcome[]): void {
    const rejected = outcomes.flatMap((outcome, index) =>
      outcome.status === 'rejected' ? [{ index, issues: outcome.issues }] : [],
    );
    if (rejected.length > 0) {
      invalid.begin(
        'invalid',
        'warn',
        'a snapshot is not valid and was left out: correct what writes the file',
        {
          rejected: rejected.length,
          of: outcomes.length,
          snapshots: rejected.slice(0, SHOWN_SNAPSHOTS),
        },
      );
    } else if (outcomes.some(({ status }) => status === 'accepted')) {
      invalid.end('snapshots are valid again');
    }
  }

  function keep(snapshots: readonly unknown[], fallbackTime: Time): void {
    if (snapshots.length === 0) return;
    const room = MAX_WAITING - waiting.length;
    for (const snapshot of snapshots.slice(0, Math.max(room, 0))) waiting.push({ snapshot, fallbackTime });
    full.begin(
      'full',
      'error',
      'there is no room for new snapshots and they wait in memory: see that the receiver answers and that the disk is not full',
      { waiting: waiting.length },
    );
    if (snapshots.length > room) {
      full.begin('lost', 'error', 'there is no room for new snapshots and they are lost', {
        lost: snapshots.length - room,
      });
    }
  }

  function retry(): void {
    while (waiting.length > 0) {
      const [{ fallbackTime }] = waiting as [(typeof waiting)[number]];
      const end = waiting.findIndex((entry) => entry.fallbackTime !== fallbackTime);
      const batch = waiting.slice(0, end < 0 ? waiting.length : end).map(({ snapshot }) => snapshot);
      const outcomes = sink.recordAll(batch, { fallbackTime });
      report(outcomes.filter(({ status }) => status !== 'full'));
      if (outcomes.some(({ status }) => status === 'full')) return;
      waiting = waiting.slice(batch.length);
    }
    full.end('there is room for snapshots again');
  }

  return {
    get waiting() {
      return waiting.length;
    },
    offer,
    retry,
  };
}
