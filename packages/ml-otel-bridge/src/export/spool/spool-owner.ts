import type { Weight } from '../outbox.ts';

/** Items as lines of JSON. */
export interface SpoolCodec<T> {
  encode(item: T): string;
  /** @throws where the text is not an item */
  decode(json: string): T;
  weigh(item: T): Weight;
}

/**
 * What the owner of a spool remembers beside the items. The spool writes it down whole when it begins a file and
 * in patches as items are released, and gives it back in the same order after a restart.
 */
export interface SpoolMemory<T> {
  /** All that is remembered as of the last release. */
  checkpoint(): unknown;
  restoreCheckpoint(value: unknown): void;
  restorePatch(patch: unknown): void;
  /** An item found on disk, released or not. */
  restoreItem(item: T): void;
}
