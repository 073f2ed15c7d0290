import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Reservation } from '../pending-bytes.ts';

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
  readonly maxBytes: number;
  readonly reservation: Reservation;
}

/** Larger than the default, so that a body of megabytes takes few turns. */
const CHUNK = { chunkSize: 128 * 1024 };

/**
 * The whole body, decompressed. Bytes are counted behind the decompression, piece by piece, against the bound and the
 * reservation, so that a small body which unpacks into a huge one is stopped on the way.
 */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  { coding, maxBytes, reservation }: ReadBodyOptions,
): Promise<ReadBody> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of decoded(body, coding)) {
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

function decoded(body: ReadableStream<Uint8Array> | null, coding: Coding): AsyncIterable<Uint8Array> {
  if (body === null) return Readable.from([]);
  if (coding === 'identity') return body;
  const source = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  const decoder = coding === 'gzip' ? createGunzip(CHUNK) : createZstdDecompress(CHUNK);
  source.on('error', (error) => decoder.destroy(error));
  // Ends the other when one ends early: who stops reading must not leave the source open.
  decoder.on('close', () => source.destroy());
  return source.pipe(decoder);
}
