import { join } from 'node:path';
import { createMemoryOutbox } from './memory-outbox.ts';
import type { Outbox, WhenFull } from './outbox.ts';
import { openSpool } from './spool/spool-outbox.ts';
import type { SpoolCodec, SpoolMemory } from './spool/spool-owner.ts';

/** Where what waits to be sent is kept, and how much of it. */
export interface BufferOptions {
  /** Bytes of requests that may wait in memory. */
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  /** A folder in which it outlives the process, and bytes of files there. */
  readonly spool?: { readonly folder: string; readonly maxBytes: number };
}

/** An outbox, and what of an earlier process was found in it. */
export interface OpenedBuffer<T> {
  readonly outbox: Outbox<T>;
  readonly recoveredItems: number;
  readonly damagedLines: number;
}

/** @throws where a spool folder cannot be used */
export function openBuffer<T>(
  name: string,
  { maxBytes, whenFull, spool }: BufferOptions,
  codec: SpoolCodec<T>,
  memory: SpoolMemory<T>,
): OpenedBuffer<T> {
  if (spool === undefined) {
    const outbox = createMemoryOutbox<T>({ maxBytes, whenFull, weigh: codec.weigh });
    return { outbox, recoveredItems: 0, damagedLines: 0 };
  }
  const folder = join(spool.folder, name);
  return openSpool<T>({ ...codec, folder, maxBytes: spool.maxBytes, whenFull, memory });
}
