import { mkdirSync, rmSync } from 'node:fs';
import { createFifo } from '../fifo.ts';
import { createInFlight } from '../in-flight.ts';
import type { Appended, Outbox, WhenFull } from '../outbox.ts';
import { lockFolder } from './folder-lock.ts';
import { encodeLine } from './line.ts';
import { recover } from './recover.ts';
import { createSegment, listSegments, readSegment, type SegmentWriter, segmentPath } from './segment-file.ts';
import type { SpoolCodec, SpoolMemory } from './spool-owner.ts';

export interface SpoolOptions<T> extends SpoolCodec<T> {
  readonly folder: string;
  /** Bytes of items in all files. What is remembered beside them comes on top, at most about as much again. */
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  readonly memory: SpoolMemory<T>;
  /** Default: on the file system. For tests of a disk that is full. */
  readonly createSegment?: typeof createSegment;
}

/** A spool that was opened: the outbox, and what was found in the folder. */
export interface OpenedSpool<T> {
  readonly outbox: Outbox<T>;
  readonly recoveredItems: number;
  readonly damagedLines: number;
}

interface Segment {
  readonly number: number;
  /** Bytes beside its checkpoint. */
  bytes: number;
  last: number;
  unreadItems: number;
  unreadPoints: number;
}

/** Files of an eighth of the whole, so that dropping the oldest loses little; within these bounds. */
const SEGMENT_BYTES = { part: 8, least: 64 * 1024, most: 8 * 1024 * 1024 };
/** Request bytes held in memory; what waits beyond them is read back from disk when its turn comes. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/**
 * An outbox on disk. An item is kept once the operating system has taken its line: it survives the end of this
 * process however it comes, but not a power cut. A damaged or cut-off line loses that line only.
 *
 * @throws where the folder cannot be used, or another process uses it
 */
export function openSpool<T>(options: SpoolOptions<T>): OpenedSpool<T> {
  const { folder, maxBytes, whenFull, memory, weigh } = options;
  const create = options.createSegment ?? createSegment;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder);
  const found = listSegments(folder);
  const recovered = recover(folder, found, options, memory);
  const segmentBytes = Math.min(
    Math.max(maxBytes / SEGMENT_BYTES.part, SEGMENT_BYTES.least),
    SEGMENT_BYTES.most,
  );

  const window = createFifo<T>();
  const segments: Segment[] = recovered.segments.map((segment) => ({
    ...segment,
    unreadItems: 0,
    unreadPoints: 0,
  }));
  for (const { segment, points } of recovered.pending) {
    const holder = segments.find(({ number }) => number === segment)!;
    holder.unreadItems += 1;
    holder.unreadPoints += points;
  }
  let sequence = recovered.lastSequence;
  let released = recovered.released;
  /** Where the oldest item that is not in memory lies. */
  let cursor = { segment: recovered.pending[0]?.segment ?? 0, offset: recovered.pending[0]?.offset ?? 0 };
  let checkpointBytes = 0;
  let writer: SegmentWriter | undefined;
  /** Lines of releases that the disk did not take yet. */
  let unsaved: string[] = [];

  const total = (of: 'bytes' | 'unreadItems' | 'unreadPoints') =>
    segments.reduce((sum, segment) => sum + segment[of], 0);
  const current = () => segments.at(-1)!;

  /** @throws where the disk takes no more; all is then as before */
  function beginSegment(): void {
    const number = (segments.at(-1)?.number ?? 0) + 1;
    const made = create(segmentPath(folder, number));
    try {
      made.append(
        encodeLine({ kind: 'checkpoint', sequence: released, json: JSON.stringify(memory.checkpoint()) }),
      );
    } catch (error) {
      made.close();
      rmSync(segmentPath(folder, number), { force: true });
      throw error;
    }
    segments.push({ number, bytes: 0, last: sequence, unreadItems: 0, unreadPoints: 0 });
    checkpointBytes = made.size;
    writer?.close();
    writer = made;
    // The checkpoint holds what they would say.
    unsaved = [];
  }

  function removeReleased(): void {
    const kept = writer === undefined ? 0 : 1;
    while (segments.length > kept && segments[0]!.last <= released) removeOldest();
  }

  function removeOldest(): Segment {
    const oldest = segments.shift()!;
    rmSync(segmentPath(folder, oldest.number), { force: true });
    if (cursor.segment === oldest.number) cursor = { segment: segments[0]?.number ?? 0, offset: 0 };
    return oldest;
  }

  /** Loses the oldest file; gives the points in it that still waited. What is on its way is in memory already. */
  function dropOldest(): number {
    const { last, unreadPoints } = removeOldest();
    let dropped = unreadPoints;
    for (let first = window.first(); first && first.sequence <= last; first = window.first()) {
      for (const { weight } of window.take(1)) dropped += weight.points;
    }
    return dropped;
  }

  /**
   * @returns the offset at which the lines begin
   * @throws where the disk takes no more
   */
  function write(lines: readonly string[], sequenceAfter: number): number {
    // A checkpoint is written no more often than its own length of items, however much is remembered.
    if (writer === undefined || current().bytes > Math.max(segmentBytes, checkpointBytes)) beginSegment();
    const before = unsaved.join('');
    const offset = writer!.size + Buffer.byteLength(before);
    writer!.append(before + lines.join(''));
    unsaved = [];
    current().bytes = writer!.size - checkpointBytes;
    current().last = sequenceAfter;
    return offset;
  }

  /** False where the disk takes no more: after a kill the batch would go out once more, as the same request. */
  function save(): boolean {
    try {
      write([], sequence);
      return true;
    } catch {
      return false;
    }
  }

  function append(items: readonly T[]): Appended {
    const lines = items.map((item, index) =>
      encodeLine({ kind: 'item', sequence: sequence + index + 1, json: options.encode(item) }),
    );
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    if (whenFull === 'refuse' && total('bytes') + bytes > maxBytes)
      return { status: 'refused', reason: 'full' };
    let offset: number;
    try {
      offset = write(lines, sequence + items.length);
    } catch {
      return { status: 'refused', reason: 'disk' };
    }
    let droppedPoints = 0;
    if (whenFull === 'drop-oldest') {
      while (segments.length > 1 && total('bytes') > maxBytes) droppedPoints += dropOldest();
    }

    const inMemory = total('unreadItems') === 0 && window.bytes < WINDOW_BYTES;
    if (!inMemory && total('unreadItems') === 0) cursor = { segment: current().number, offset };
    for (const item of items) {
      sequence += 1;
      const weight = weigh(item);
      if (inMemory) window.push({ item, sequence, weight });
      else {
        current().unreadItems += 1;
        current().unreadPoints += weight.points;
      }
    }
    return { status: 'kept', droppedPoints };
  }

  /** Reads waiting items back, up to half of the window. */
  function fillWindow(): void {
    for (const segment of segments) {
      if (segment.number < cursor.segment) continue;
      if (segment.number > cursor.segment) cursor = { segment: segment.number, offset: 0 };
      for (const { line, nextOffset } of readSegment(segmentPath(folder, segment.number), cursor.offset)) {
        if (segment.unreadItems === 0 || window.bytes > WINDOW_BYTES / 2) break;
        cursor = { segment: segment.number, offset: nextOffset };
        if (line?.kind !== 'item' || line.sequence <= released) continue;
        const item = decoded(line.json);
        if (item === undefined) continue;
        const weight = weigh(item);
        segment.unreadItems -= 1;
        segment.unreadPoints -= weight.points;
        window.push({ item, sequence: line.sequence, weight });
      }
      if (window.bytes > WINDOW_BYTES / 2) return;
      segment.unreadItems = 0;
      segment.unreadPoints = 0;
    }
  }

  function decoded(json: string): T | undefined {
    try {
      return options.decode(json);
    } catch {
      return undefined;
    }
  }

  const inFlight = createInFlight<T>((limit) => {
    if (window.length === 0 && total('unreadItems') > 0) fillWindow();
    return window.take(limit);
  });

  // A disk that is full must not keep what waits on it from being sent, which is what makes room.
  save();
  removeReleased();
  const outbox: Outbox<T> = {
    get pendingItems() {
      return inFlight.length + window.length + total('unreadItems');
    },
    get pendingPoints() {
      return inFlight.points + window.points + total('unreadPoints');
    },
    get pendingBytes() {
      return total('unreadItems') > 0 ? Number.POSITIVE_INFINITY : inFlight.bytes + window.bytes;
    },
    append,
    peek: (limit) => inFlight.peek(limit),
    release(batch, patch) {
      inFlight.release(batch.last);
      released = Math.max(released, batch.last);
      unsaved.push(encodeLine({ kind: 'released', sequence: released, json: JSON.stringify(patch ?? null) }));
      const saved = save();
      removeReleased();
      // What went may have made the room.
      if (!saved) save();
    },
    close() {
      writer?.close();
      unlock();
    },
  };
  return { outbox, recoveredItems: recovered.pending.length, damagedLines: recovered.damaged };
}
