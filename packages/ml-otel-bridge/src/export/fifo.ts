import type { Weight } from './outbox.ts';

/** An item with its place in the order of all items. */
export interface Entry<T> {
  readonly item: T;
  readonly sequence: number;
  readonly weight: Weight;
}

/** A weighed queue; taking from the front costs nothing but what is taken. */
export interface Fifo<T> {
  readonly length: number;
  readonly bytes: number;
  readonly points: number;
  push(entry: Entry<T>): void;
  /** Removes the front, up to `maxBytes` but at least one entry where there is one. */
  take(maxBytes: number): Entry<T>[];
  /** The oldest entry, left where it is. */
  first(): Entry<T> | undefined;
}

const COMPACT_AT = 1_024;

export function createFifo<T>(): Fifo<T> {
  let entries: Entry<T>[] = [];
  let head = 0;
  let bytes = 0;
  let points = 0;

  const compact = () => {
    if (head < COMPACT_AT || head * 2 < entries.length) return;
    entries = entries.slice(head);
    head = 0;
  };

  return {
    get length() {
      return entries.length - head;
    },
    get bytes() {
      return bytes;
    },
    get points() {
      return points;
    },
    push(entry) {
      entries.push(entry);
      bytes += entry.weight.bytes;
      points += entry.weight.points;
    },
    take(maxBytes) {
      const end = frontWithin(entries, head, maxBytes);
      const taken = entries.slice(head, end);
      for (const { weight } of taken) {
        bytes -= weight.bytes;
        points -= weight.points;
      }
      head = end;
      compact();
      return taken;
    },
    first: () => entries[head],
  };
}

/** Index after the last of the entries from `start` that together weigh at most `maxBytes`; one always fits. */
export function frontWithin<T>(entries: readonly Entry<T>[], start: number, maxBytes: number): number {
  let end = start;
  let taken = 0;
  while (end < entries.length) {
    taken += entries[end]!.weight.bytes;
    if (taken > maxBytes && end > start) break;
    end += 1;
  }
  return end;
}
