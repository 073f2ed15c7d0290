import { type Entry, frontWithin } from './fifo.ts';
import type { Batch } from './outbox.ts';

/** Entries that are on their way: dropping for want of room must not touch them, since they may arrive. */
export interface InFlight<T> {
  readonly length: number;
  readonly bytes: number;
  readonly points: number;
  /** What was peeked before and not released, else the next entries. */
  peek(maxBytes: number): Batch<T> | undefined;
  release(last: number): void;
}

/** @param take gives the next entries for good */
export function createInFlight<T>(take: (maxBytes: number) => Entry<T>[]): InFlight<T> {
  let entries: Entry<T>[] = [];
  let bytes = 0;
  let points = 0;
  const hold = (held: Entry<T>[]) => {
    entries = held;
    bytes = held.reduce((sum, { weight }) => sum + weight.bytes, 0);
    points = held.reduce((sum, { weight }) => sum + weight.points, 0);
  };
  return {
    get length() {
      return entries.length;
    },
    get bytes() {
      return bytes;
    },
    get points() {
      return points;
    },
    peek(maxBytes) {
      if (entries.length === 0) hold(take(maxBytes));
      const front = entries.slice(0, frontWithin(entries, 0, maxBytes));
      const last = front.at(-1);
      if (last === undefined) return undefined;
      return {
        items: front.map(({ item }) => item),
        points: front.reduce((sum, { weight }) => sum + weight.points, 0),
        last: last.sequence,
      };
    },
    release(last) {
      hold(entries.filter(({ sequence }) => sequence > last));
    },
  };
}
