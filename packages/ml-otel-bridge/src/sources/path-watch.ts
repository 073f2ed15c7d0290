import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { findWatchPoints, type WatchPoints } from './watch-points.ts';

/** Tells of changes at a path, through links, and while it or its folders come and go. */
export interface PathWatch {
  /** Looks anew where to watch; for what the operating system does not tell (a renamed ancestor, a full table). */
  sync(): void;
  close(): void;
}

export interface PathWatchObserver {
  /** Something at the path changed, at this moment; may be said more than once for one change. */
  changed(): void;
  /** A folder could not be watched: only asking at intervals is left, and `sync` tries again. */
  failed(folder: string, error: Error): void;
}

interface Armed {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

/** A folder that is made while its watch is being set up asks for another round; this ends the pathological case. */
const MAX_ROUNDS = 10;

/**
 * Watches with `fs.watch` (inotify on Linux), as nothing on top of it is as prompt: each event comes as it is, so
 * that it can be answered by a read before the next change hides this one.
 */
export function watchPath(path: string, observer: PathWatchObserver): PathWatch {
  const armed = new Map<string, Armed>();
  let points: WatchPoints = new Map();
  let closed = false;

  function sync(): void {
    for (let round = 0; round < MAX_ROUNDS && !closed; round++) {
      points = findWatchPoints(path);
      // Bun gives a second watch of a path the first one's, though that watches a folder long gone: close it first.
      for (const [folder, { identity }] of armed) {
        if (!points.has(folder) || identityOf(folder) !== identity) disarm(folder);
      }
      const news = [...points.keys()].filter((folder) => !armed.has(folder) && arm(folder));
      if (news.length === 0) return;
    }
  }

  function arm(folder: string): boolean {
    const identity = identityOf(folder);
    if (identity === undefined) return false;
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => happened(folder, event, name));
      watcher.on('error', (error) => {
        disarm(folder);
        if (!closed) observer.failed(folder, error);
      });
      armed.set(folder, { identity, watcher });
      return true;
    } catch (error) {
      observer.failed(folder, error as Error);
      return false;
    }
  }

  function disarm(folder: string): void {
    armed.get(folder)?.watcher.close();
    armed.delete(folder);
  }

  function happened(folder: string, event: string, name: string | null): void {
    if (closed || !armed.has(folder)) return;
    const isOurs = name === null || points.get(folder)?.has(name);
    // A folder that goes is reported under its own name.
    const isFolder = name === basename(folder);
    if (!isOurs && !isFolder) return;
    observer.changed();
    if (event !== 'rename' || closed) return;
    const before = [...armed.values()];
    // The inode of a folder that went is soon another's: its watch is over, whatever is there now.
    if (isFolder) disarm(folder);
    sync();
    if ([...armed.values()].some((entry) => !before.includes(entry))) observer.changed();
  }

  sync();
  return {
    sync,
    close() {
      closed = true;
      for (const folder of [...armed.keys()]) disarm(folder);
    },
  };
}

function identityOf(folder: string): string | undefined {
  try {
    const { dev, ino, birthtimeNs } = statSync(folder, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined;
  }
}
