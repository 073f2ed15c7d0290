/** What an item weighs: bytes it will take in a request (an upper bound), and points that are lost if it is. */
export interface Weight {
  readonly bytes: number;
  readonly points: number;
}

/** Items to be sent together; `last` is the sequence number of the last of them. */
export interface Batch<T> {
  readonly items: readonly T[];
  readonly points: number;
  readonly last: number;
}

/**
 * What an outbox did with new items. `dropped` are older items that made room for them. `refused` ones are not in
 * the outbox and may be offered again: it is full, or its disk does not take them.
 */
export type Appended =
  | { readonly status: 'kept'; readonly droppedPoints: number }
  | { readonly status: 'refused'; readonly reason: 'full' | 'disk' };

/** What to do when there is no room: lose the oldest items, or take no new ones. */
export type WhenFull = 'drop-oldest' | 'refuse';

/**
 * A bounded first-in, first-out queue between those who record and the one loop that sends. Items stay in it until
 * they are released.
 */
export interface Outbox<T> {
  readonly pendingItems: number;
  readonly pendingPoints: number;
  readonly pendingBytes: number;
  /** All of `items` or none. */
  append(items: readonly T[]): Appended;
  /** The oldest items that fit into `maxBytes`, at least one; undefined when there is none. They stay. */
  peek(maxBytes: number): Batch<T> | undefined;
  /**
   * Forgets a batch that arrived or that nobody will take. `patch` is what must be remembered of it; an outbox on
   * disk writes it down.
   */
  release(batch: Batch<T>, patch?: unknown): void;
  close(): void;
}

/** Bounds of an outbox. */
export interface OutboxOptions<T> {
  /** Bytes, as `weigh` counts them, that may wait. */
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  weigh(item: T): Weight;
}
