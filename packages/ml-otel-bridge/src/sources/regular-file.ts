import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Time } from '../schema/index.ts';

/** What tells one state of a file from another, as far as the file system knows. */
export interface FileStamp {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  /** Time of change, in nanoseconds since the Unix epoch. */
  readonly changed: bigint;
}

/** Why a file cannot be read now. */
export type FileFailure =
  | { readonly status: 'missing' }
  /** A folder, a pipe, a device: reading one could block for good. */
  | { readonly status: 'irregular' }
  | { readonly status: 'unreadable'; readonly reason: string };

/** A file that is open for reading. */
export interface OpenedFile {
  /** As it is at this moment. */
  stamp(): FileStamp;
  /** Up to `length` bytes from `offset`; fewer where the file ends. */
  read(offset: number, length: number): Buffer;
}

/**
 * Opens a regular file, lets `use` read it, and closes it; all at once, as a file that is replaced every few
 * milliseconds would be gone by the time that an asynchronous read gets to it.
 */
export function withRegularFile<T>(path: string, use: (file: OpenedFile) => T): T | FileFailure {
  let descriptor: number | undefined;
  try {
    // Asked before opening: opening a pipe would let its writer go on as if there were a reader.
    if (!statSync(path).isFile()) return { status: 'irregular' };
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const opened = descriptor;
    if (!fstatSync(opened).isFile()) return { status: 'irregular' };
    return use({
      stamp: () => toStamp(fstatSync(opened, { bigint: true })),
      read: (offset, length) => readFully(opened, offset, length),
    });
  } catch (error) {
    return toFailure(error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The stamp of a regular file, without opening it. */
export function stampOf(path: string): FileStamp | undefined {
  try {
    const stats = statSync(path, { bigint: true });
    return stats.isFile() ? toStamp(stats) : undefined;
  } catch {
    return undefined;
  }
}

export function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.changed === b.changed && a.size === b.size && a.inode === b.inode && a.device === b.device;
}

export function changeTime({ changed }: FileStamp): Time {
  return [Number(changed / 1_000_000_000n), Number(changed % 1_000_000_000n)];
}

function toStamp({ dev, ino, size, mtimeNs }: BigIntStats): FileStamp {
  return { device: dev, inode: ino, size: Number(size), changed: mtimeNs };
}

function readFully(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(descriptor, bytes, filled, length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}

function toFailure(error: unknown): FileFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { status: 'missing' };
  return { status: 'unreadable', reason: message };
}
