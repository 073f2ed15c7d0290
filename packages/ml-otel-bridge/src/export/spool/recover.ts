import { type ReadLine, readSegment, segmentPath } from './segment-file.ts';
import type { SpoolCodec, SpoolMemory } from './spool-owner.ts';

/** An item that waits on disk: where its line begins and what it weighs. */
export interface PendingItem {
  readonly sequence: number;
  readonly segment: number;
  readonly offset: number;
  readonly points: number;
}

export interface RecoveredSegment {
  readonly number: number;
  /** Bytes beside its checkpoint. */
  readonly bytes: number;
  /** Number of its last item, or of the last before it. */
  readonly last: number;
}

/** What a folder of segments holds after a restart. */
export interface Recovered {
  /** Items that were never released, oldest first. */
  readonly pending: readonly PendingItem[];
  readonly released: number;
  readonly lastSequence: number;
  /** Lines that were cut off or changed; a cut-off last line is what a kill leaves and is normal. */
  readonly damaged: number;
  readonly segments: readonly RecoveredSegment[];
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
  const found: RecoveredSegment[] = [];

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
    let checkpointBytes = 0;
    for (const read of readSegment(segmentPath(folder, segment), 0)) {
      if (!apply(read, segment, offset)) damaged += 1;
      if (read.line?.kind === 'checkpoint') checkpointBytes += read.nextOffset - offset;
      offset = read.nextOffset;
    }
    found.push({ number: segment, bytes: offset - checkpointBytes, last: lastSequence });
  }
  return { pending, released, lastSequence, damaged, segments: found };
}
