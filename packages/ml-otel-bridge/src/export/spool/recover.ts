import { type ReadLine, readSegment, segmentPath } from './segment-file.ts';
import type { SpoolCodec, SpoolMemory } from './spool-owner.ts';

/** An item that waits on disk: where its line begins and what it weighs. */
export interface PendingItem {
  readonly sequence: number;
  readonly segment: number;
  readonly offset: number;
  readonly points: number;
}

/** What a folder of segments holds after a restart. */
export interface Recovered {
  /** Items that were never released, oldest first. */
  readonly pending: readonly PendingItem[];
  readonly released: number;
  readonly lastSequence: number;
  /** Lines that were cut off or changed; a cut-off last line is what a kill leaves and is normal. */
  readonly damaged: number;
  /** For each segment the number of its last item, or of the last before it. */
  readonly lastOf: ReadonlyMap<number, number>;
}

/** Reads all segments once, oldest first, and gives what was remembered back to `memory`. Never throws for damage. */
export function recover<T>(
  folder: string,
  segments: readonly number[],
  codec: SpoolCodec<T>,
  memory: SpoolMemory<T>,
): Recovered {
  let pending: PendingItem[] = [];
  let released = 0;
  let lastSequence = 0;
  let damaged = 0;
  const lastOf = new Map<number, number>();

  const advance = (to: number) => {
    released = Math.max(released, to);
    if (pending.length > 0 && pending[0]!.sequence <= released) {
      pending = pending.filter(({ sequence }) => sequence > released);
    }
  };

  const apply = ({ line }: ReadLine, segment: number, offset: number): boolean => {
    if (line === undefined) return false;
    try {
      if (line.kind === 'item') {
        const item = codec.decode(line.json);
        memory.restoreItem(item);
        lastSequence = Math.max(lastSequence, line.sequence);
        if (line.sequence > released) {
          pending.push({ sequence: line.sequence, segment, offset, points: codec.weigh(item).points });
        }
      } else {
        const value: unknown = JSON.parse(line.json);
        if (line.kind === 'checkpoint') memory.restoreCheckpoint(value);
        else memory.restorePatch(value);
        lastSequence = Math.max(lastSequence, line.sequence);
        advance(line.sequence);
      }
      return true;
    } catch {
      return false;
    }
  };

  for (const segment of segments) {
    let offset = 0;
    for (const read of readSegment(segmentPath(folder, segment), 0)) {
      if (!apply(read, segment, offset)) damaged += 1;
      offset = read.nextOffset;
    }
    lastOf.set(segment, lastSequence);
  }
  return { pending, released, lastSequence, damaged, lastOf };
}
