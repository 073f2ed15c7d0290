import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { createEpisode, type SourceLogger } from './episode.ts';
import type { Tail } from './tail.ts';

/** How far a file has been read, kept over restarts. */
export interface Position {
  load(): Tail | undefined;
  /**
   * Will be written down within a quarter of a second, at once after many snapshots.
   *
   * @param tail undefined where the file is read as a whole each time
   * @param snapshots how many were read on the way there
   */
  reached(tail: Tail | undefined, snapshots: number): void;
  /** Writes down what was reached. */
  close(): void;
}

const WRITE_EVERY_MILLIS = 250;
/** Half of what a bridge remembers of a job, so that it knows those that a killed process's successor reads again. */
const WRITE_EVERY_SNAPSHOTS = 500;

/** @param position the file to keep it in; it names `file`, and is of no use for another */
export function createPosition(
  position: string,
  { file, logger, clock }: { readonly file: string; readonly logger: SourceLogger; readonly clock: Clock },
): Position {
  const trouble = createEpisode(logger, { position });
  let latest: Tail | undefined;
  let isWritten = true;
  let mayBeThere = true;
  let unwritten = 0;
  let cancel: (() => void) | undefined;

  function write(): void {
    cancel = undefined;
    unwritten = 0;
    if (isWritten) return;
    isWritten = true;
    try {
      if (latest !== undefined) replace({ file, ...latest });
      else if (mayBeThere) rmSync(position, { force: true });
      mayBeThere = latest !== undefined;
      trouble.end('the position in the metrics file is written down again');
    } catch (error) {
      trouble.begin(
        'unwritten',
        'warn',
        'the position in the metrics file cannot be written down: a restart reads its lines again',
        { reason: (error as Error).message },
      );
    }
  }

  function replace(content: object): void {
    writeFileSync(`${position}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${position}.new`, position);
  }

  return {
    load() {
      try {
        const { file: of, ...tail } = JSON.parse(readFileSync(position, 'utf8'));
        return of === file && isTail(tail) ? tail : undefined;
      } catch {
        return undefined;
      }
    },
    reached(tail, snapshots) {
      // One snapshot, read again, is recognized as the one that was there.
      latest = tail?.hasOneValue ? undefined : tail;
      isWritten = false;
      unwritten += snapshots;
      if (unwritten >= WRITE_EVERY_SNAPSHOTS) {
        cancel?.();
        write();
      } else cancel ??= clock.after(WRITE_EVERY_MILLIS, write);
    },
    close() {
      cancel?.();
      write();
    },
  };
}

function isTail(value: Partial<Tail>): value is Tail {
  return (
    Number.isSafeInteger(value.offset) &&
    typeof value.head === 'string' &&
    typeof value.end === 'string' &&
    typeof value.hasOneValue === 'boolean'
  );
}
