import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Reservation } from '../pending-bytes.ts';
import { isWholeZstd } from './zstd-frames.ts';

/** Content codings that are taken; `identity` is none. */
export const CODINGS = ['identity', 'gzip', 'zstd'] as const;
export type Coding = (typeof CODINGS)[number];

export type ReadBody =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  /** The reservation could not grow. */
  | { readonly kind: 'overloaded' }
  /** Cut off, or not in the coding that it claims. */
  | { readonly kind: 'broken' };

export interface ReadBodyOptions {
  readonly coding: Coding;
  /** Bound on the body as it comes, and on what it unpacks into. */
  readonly maxBytes: number;
  readonly reservation: Reservation;
}

/** The whole body, decompressed. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  options: ReadBodyOptions,
): Promise<ReadBody> {
  const sent = await collect(body ?? [], options);
  if (sent.kind !== 'read' || options.coding === 'identity') return sent;
  if (!isWhole(sent.bytes, options.coding)) return { kind: 'broken' };
  return collect(decompress(sent.bytes, options.coding), options);
}

/**
 * Bytes are counted piece by piece against the bound and the reservation, so that a small body which unpacks into a
 * huge one is stopped on the way.
 */
async function collect(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { maxBytes, reservation }: ReadBodyOptions,
): Promise<ReadBody> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of source) {
      size += piece.byteLength;
      if (size > maxBytes) return { kind: 'too-large' };
      if (!reservation.grow(piece.byteLength)) return { kind: 'overloaded' };
      pieces.push(piece);
    }
  } catch {
    return { kind: 'broken' };
  }
  return { kind: 'read', bytes: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size) };
}

/** What the decompressors below do not notice, or not everywhere: nothing at all, and Bun's zstd any missing end. */
function isWhole(bytes: Uint8Array, coding: 'gzip' | 'zstd'): boolean {
  return bytes.byteLength > 0 && (coding === 'gzip' || isWholeZstd(bytes));
}

/** Larger than the default, so that a body of megabytes takes few turns. */
const CHUNK = { chunkSize: 128 * 1024 };

function decompress(bytes: Uint8Array, coding: 'gzip' | 'zstd'): AsyncIterable<Uint8Array> {
  const decoder = coding === 'gzip' ? createGunzip(CHUNK) : createZstdDecompress(CHUNK);
  decoder.end(bytes);
  return decoder;
}
