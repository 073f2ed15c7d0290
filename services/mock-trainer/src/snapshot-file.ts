import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { serialize } from './serialize-snapshot.ts';
import type { SnapshotSink } from './snapshot-sink.ts';

/** Puts `text` into the file at `path`, whose folder exists. */
export type Writing = (path: string, text: string) => Promise<void>;

/** A reader sees the whole old text or the whole new one: a temporary file in the same folder, then a rename. */
export const writeAtomically: Writing = async (path, text) => {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
};

/** As careless trainers write: in place, and for `gapMs` a reader sees the first half only. */
export function writeTorn(gapMs: number): Writing {
  return async (path, text) => {
    const half = Math.floor(text.length / 2);
    await using file = await open(path, 'w');
    await file.write(text.slice(0, half));
    await delay(gapMs);
    await file.write(text.slice(half));
  };
}

/**
 * Keeps the latest snapshot in the file at `path`; a missing folder is made. A write that fails is logged once until
 * one succeeds again, and the snapshot is lost: the next one overwrites it anyway.
 *
 * @param writing asked for at each snapshot, as a fault may change it.
 */
export function createSnapshotFile(path: string, log: Logger, writing: () => Writing): SnapshotSink {
  let failing = false;
  return {
    async write(snapshot) {
      try {
        await mkdir(dirname(path), { recursive: true });
        await writing()(path, `${serialize(snapshot)}\n`);
        if (failing) log.info({ path }, 'the metrics file is written again');
        failing = false;
      } catch (error) {
        if (!failing) {
          const reason = error instanceof Error ? error.message : String(error);
          log.error(
            { path, reason },
            'cannot write the metrics file; training goes on without it: check METRICS_FILE_PATH and its permissions',
          );
        }
        failing = true;
      }
    },
    async close() {},
  };
}
