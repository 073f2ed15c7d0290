import { limits, type Time } from '../schema/index.ts';
import { type BadLine, type Content, parseFromStart, parseLines } from './parse-content.ts';
import {
  changeTime,
  type FileFailure,
  type FileStamp,
  isSameStamp,
  type OpenedFile,
  stampOf,
  withRegularFile,
} from './regular-file.ts';
import { isTailOf, markTail, type Tail } from './tail.ts';

/** What one look at the file gave. */
export type Reading =
  | FileFailure
  | { readonly status: 'unchanged' }
  | { readonly status: 'empty' }
  | { readonly status: 'broken'; readonly reason: string }
  | { readonly status: 'too_large'; readonly bytes: number }
  | {
      readonly status: 'read';
      readonly values: readonly unknown[];
      readonly badLines: readonly BadLine[];
      /** Its last line is not whole yet. */
      readonly partial: boolean;
      /** There is more to read at once. */
      readonly more: boolean;
      /** When the file was changed. */
      readonly time: Time;
      /** How far the file has been read, where it is one that is appended to. */
      readonly tail: Tail | undefined;
    };

export interface FileCursor {
  /**
   * What is new in the file. `if_stamped` trusts time, size and inode to show a change; `always` looks into the file,
   * as two changes within the file system's clock tick (some milliseconds) look alike from outside.
   */
  next(look: 'if_stamped' | 'always'): Reading;
}

/** A file of one document, which is parsed as a whole; NDJSON may be of any length. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = limits.MAX_SNAPSHOT_BYTES + 1;
/** Coarser than any file system's clock tick that is in use on Linux. */
const SETTLED_MILLIS = 100;
const STABLE_TRIES = 3;

interface Seen {
  readonly stamp: FileStamp;
  readonly settled: boolean;
  /** What was read, where it is small enough to keep for comparing. */
  readonly bytes: Buffer | undefined;
}

/**
 * Remembers what of a file has been read, so that appended lines are read once and the rest is not read again.
 *
 * @param tail where an earlier cursor had come to
 */
export function createFileCursor(path: string, now: () => number, tail?: Tail): FileCursor {
  let seen: Seen | undefined;

  function isUntouched(): boolean {
    if (!seen?.settled) return false;
    const stamp = stampOf(path);
    return stamp !== undefined && isSameStamp(stamp, seen.stamp);
  }

  function readOn(file: OpenedFile): Reading {
    const { stamp, start, bytes } = readStable(file, (before) =>
      isTailOf(tail, file, before) ? tail : undefined,
    );
    const isAsSeen = seen?.bytes !== undefined && isSameStamp(stamp, seen.stamp) && seen.bytes.equals(bytes);
    const settled = now() - Number(stamp.changed / 1_000_000n) > SETTLED_MILLIS;
    seen = { stamp, settled, bytes: bytes.length <= CHUNK_BYTES ? bytes : undefined };
    if (isAsSeen || (start > 0 && bytes.length === 0)) return { status: 'unchanged' };

    const isWhole = start + bytes.length >= stamp.size;
    const content = start > 0 ? parseLines(bytes, isWhole) : parseFromStart(bytes, isWhole);
    if (content.status === 'longer') return readDocument(file, stamp);
    return settle(file, stamp, start, content);
  }

  function readDocument(file: OpenedFile, stamp: FileStamp): Reading {
    if (stamp.size > MAX_DOCUMENT_BYTES) return { status: 'too_large', bytes: stamp.size };
    return settle(file, stamp, 0, parseFromStart(file.read(0, stamp.size), true));
  }

  function settle(file: OpenedFile, stamp: FileStamp, start: number, content: Content): Reading {
    if (content.status === 'longer') return { status: 'too_large', bytes: stamp.size };
    // What was read is still known: a file of lines is empty for a moment when it is written anew as a whole.
    if (content.status !== 'values') return content;
    const { values, badLines, partial, consumed } = content;
    const end = start + consumed;
    const hasOneValue = start === 0 && values.length + badLines.length === 1;
    tail = end > 0 ? markTail(file, end, hasOneValue) : undefined;
    const more = consumed > 0 && !partial && end < stamp.size;
    // The next look begins where this one ended, and compares with what is there.
    if (seen && tail && isTailOf(tail, file, stamp))
      seen = { ...seen, bytes: seen.bytes?.subarray(consumed) };
    if (more) seen = undefined;
    return { status: 'read', values, badLines, partial, more, time: changeTime(stamp), tail };
  }

  return {
    next(look) {
      if (look === 'if_stamped' && isUntouched()) return { status: 'unchanged' };
      const reading = withRegularFile(path, readOn);
      if (reading.status === 'missing') seen = undefined;
      return reading;
    },
  };
}

/** Bytes together with the stamp that goes with them, as far as a writer in between lets us. */
function readStable(file: OpenedFile, tailAt: (stamp: FileStamp) => Tail | undefined) {
  for (let attempt = 1; ; attempt++) {
    const stamp = file.stamp();
    const start = tailAt(stamp)?.offset ?? 0;
    const bytes = file.read(start, Math.min(Math.max(stamp.size - start, 0), CHUNK_BYTES));
    if (attempt === STABLE_TRIES || isSameStamp(stamp, file.stamp())) return { stamp, start, bytes };
  }
}
