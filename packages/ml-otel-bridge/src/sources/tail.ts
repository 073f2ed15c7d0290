import type { FileStamp, OpenedFile } from './regular-file.ts';

/** How far a file of lines has been read, and what it looked like there. */
export interface Tail {
  readonly offset: number;
  /** The first and the last bytes up to there, as base64. */
  readonly head: string;
  readonly end: string;
  /** All that was read is one snapshot: the same bytes written again are a new one, of a later time. */
  readonly hasOneValue: boolean;
}

/** Enough for a job's name, a time and a step: other content that has the same at both ends is not to be expected. */
const MARK_BYTES = 512;

export function markTail(file: OpenedFile, offset: number, hasOneValue: boolean): Tail {
  return { offset, hasOneValue, ...marksAt(file, offset) };
}

/**
 * Whether the file is what was read with something appended, or nothing. The inode does not matter: a writer may
 * append by writing the whole anew and renaming it into place.
 */
export function isTailOf(tail: Tail | undefined, file: OpenedFile, stamp: FileStamp): boolean {
  if (tail === undefined || stamp.size < tail.offset) return false;
  if (stamp.size === tail.offset && tail.hasOneValue) return false;
  const { head, end } = marksAt(file, tail.offset);
  return head === tail.head && end === tail.end;
}

function marksAt(file: OpenedFile, offset: number): { head: string; end: string } {
  const length = Math.min(offset, MARK_BYTES);
  return {
    head: file.read(0, length).toString('base64'),
    end: file.read(offset - length, length).toString('base64'),
  };
}
