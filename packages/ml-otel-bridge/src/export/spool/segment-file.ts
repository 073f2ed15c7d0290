import { closeSync, fstatSync, ftruncateSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodeLine, type SpoolLine } from './line.ts';

/** A place in a segment: the byte at which a line begins. */
export interface ReadLine {
  /** Undefined where the line is damaged. */
  readonly line: SpoolLine | undefined;
  readonly nextOffset: number;
}

const NAME = /^(\d{16})\.spool$/;
const BLOCK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/** A segment's file; its number orders the segments. */
export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(16, '0')}.spool`);
}

/** Numbers of the segments in a folder, oldest first. */
export function listSegments(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => NAME.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The lines of a segment from a byte offset on; a last line without its newline is damaged. */
export function* readSegment(path: string, offset: number): Generator<ReadLine> {
  const fd = openSync(path, 'r');
  try {
    let held = Buffer.alloc(0);
    let position = offset;
    let lineStart = offset;
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK_BYTES);
      const count = readSync(fd, block, 0, BLOCK_BYTES, position);
      if (count === 0) break;
      position += count;
      held = Buffer.concat([held, block.subarray(0, count)]);
      let start = 0;
      for (let end = held.indexOf(NEWLINE); end >= 0; end = held.indexOf(NEWLINE, start)) {
        const line = decodeLine(held.toString('utf8', start, end));
        lineStart += end + 1 - start;
        start = end + 1;
        yield { line, nextOffset: lineStart };
      }
      held = held.subarray(start);
    }
    if (held.length > 0) yield { line: undefined, nextOffset: lineStart + held.length };
  } finally {
    closeSync(fd);
  }
}

/** Appends to one segment. */
export interface SegmentWriter {
  readonly size: number;
  /**
   * All of `text` or none of it: a write that fails half-way (disk full) is cut off again.
   * @throws what the file system says
   */
  append(text: string): void;
  /** After it `append` throws. */
  close(): void;
}

/** @throws where the file exists or cannot be made */
export function createSegment(path: string): SegmentWriter {
  const fd = openSync(path, 'wx', 0o600);
  let size = fstatSync(fd).size;
  let closed = false;
  return {
    get size() {
      return size;
    },
    append(text) {
      // The number of a closed file is soon another's.
      if (closed) throw new Error('the segment is closed');
      const bytes = Buffer.from(text);
      let written = 0;
      try {
        while (written < bytes.length)
          written += writeSync(fd, bytes, written, bytes.length - written, size + written);
      } catch (error) {
        ftruncateSync(fd, size);
        throw error;
      }
      size += bytes.length;
    },
    close() {
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
}
