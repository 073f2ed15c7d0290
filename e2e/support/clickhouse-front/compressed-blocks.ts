import { cityHash128 } from './city-hash.ts';
import { lz4Block } from './lz4-block.ts';

/**
 * ClickHouse's own compression (`compress=1`, `decompress=1`): blocks of checksum (16 bytes), method (1), size of all
 * but the checksum (4), size of the data (4), data.
 */
const CHECKSUM = 16;
const HEADER = 9;
const NONE = 0x02;
const LZ4 = 0x82;
const ZSTD = 0x90;
const BLOCK = 1 << 20;

export function unpackBlocks(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + CHECKSUM + view.getUint32(at + CHECKSUM + 1, true);
    const size = view.getUint32(at + CHECKSUM + 5, true);
    if (end > bytes.length) throw new Error('Code: 271. DB::Exception: a compressed block is truncated');
    blocks.push(unpack(bytes[at + CHECKSUM]!, bytes.subarray(at + CHECKSUM + HEADER, end), size));
    at = end;
  }
  return Buffer.concat(blocks);
}

function unpack(method: number, body: Uint8Array, size: number): Uint8Array {
  if (method === NONE) return body;
  if (method === LZ4) return lz4Block(body, size);
  if (method === ZSTD) return Bun.zstdDecompressSync(body as Uint8Array<ArrayBuffer>);
  throw new Error(`Code: 271. DB::Exception: unknown compression method ${method}`);
}

/** Blocks that every reader takes, though they save nothing. */
export function packBlocks(data: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += BLOCK) blocks.push(pack(data.subarray(at, at + BLOCK)));
  return Buffer.concat(blocks);
}

function pack(part: Uint8Array): Uint8Array {
  const block = new Uint8Array(CHECKSUM + HEADER + part.length);
  const view = new DataView(block.buffer);
  block[CHECKSUM] = NONE;
  view.setUint32(CHECKSUM + 1, HEADER + part.length, true);
  view.setUint32(CHECKSUM + 5, part.length, true);
  block.set(part, CHECKSUM + HEADER);
  const [low, high] = cityHash128(block.subarray(CHECKSUM));
  view.setBigUint64(0, low, true);
  view.setBigUint64(8, high, true);
  return block;
}
