const MAGIC = 0xfd2fb528;
/** Sixteen magic numbers mark frames to be skipped; they differ in the last four bits. */
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const RESERVED_BLOCK = 3;
const RLE_BLOCK = 1;

/**
 * Whether bytes are whole zstd frames and nothing else (RFC 8878, 3.1), by walking the lengths of their blocks: Bun's
 * decompressor takes a missing end for the end, and would give a part of the content as if it were all.
 */
export function isWholeZstd(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  try {
    while (at < bytes.byteLength) at = frameEnd(view, at);
  } catch {
    return false;
  }
  return at === bytes.byteLength && at > 0;
}

/** @throws RangeError where the bytes end before, Error where there is no frame */
function frameEnd(view: DataView, start: number): number {
  const magic = view.getUint32(start, true);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) return start + 8 + view.getUint32(start + 4, true);
  if (magic !== MAGIC) throw new Error('no frame');
  const descriptor = view.getUint8(start + 4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSizeFlag = descriptor >> 6;
  const header =
    (singleSegment ? 0 : 1) +
    DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3] +
    (contentSizeFlag === 0 && singleSegment ? 1 : CONTENT_SIZE_BYTES[contentSizeFlag as 0 | 1 | 2 | 3]);
  const checksum = (descriptor & 4) === 0 ? 0 : 4;
  return blocksEnd(view, start + 5 + header) + checksum;
}

function blocksEnd(view: DataView, start: number): number {
  for (let at = start; ; ) {
    const block = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const type = (block >> 1) & 3;
    if (type === RESERVED_BLOCK) throw new Error('no block');
    at += 3 + (type === RLE_BLOCK ? 1 : block >> 3);
    if ((block & 1) === 1) return at;
  }
}
