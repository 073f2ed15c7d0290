import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createPostSnapshots } from './post-snapshots.ts';
import { createSnapshotFile, type Writing, writeAtomically, writeTorn } from './snapshot-file.ts';
import { snapshotFilePath } from './snapshot-file-path.ts';
import { SnapshotPush } from './snapshot-push.ts';
import type { SnapshotSink } from './snapshot-sink.ts';
import type { Publish } from './train.ts';

export type Sinks = { publish: Publish; close(signal: AbortSignal): Promise<void> };

/** A file for each job and rank, and the gateway, as far as the configuration asks for them. */
export function createSinks(config: Config, token: string | undefined, log: Logger): Sinks {
  const { metricsFilePath, pushUrl } = config;
  const files = new Map<string, SnapshotSink>();
  const fileOf = (first: string, job: number, rank: number): SnapshotSink => {
    const path = snapshotFilePath(first, job, rank);
    const file = files.get(path) ?? createSnapshotFile(path, log, createWriting(config));
    files.set(path, file);
    return file;
  };
  const push = pushUrl && new SnapshotPush(createPostSnapshots(pushUrl, token), log);
  return {
    async publish(snapshot, job) {
      await push?.write(snapshot);
      if (metricsFilePath === undefined) return;
      await fileOf(metricsFilePath, job, snapshot.job_metadata.rank ?? 0).write(snapshot);
    },
    async close(signal) {
      await push?.close(signal);
    },
  };
}

/** How each next snapshot is written: whole, until the partial-write fault sets in. */
function createWriting({ faults, intervalMs }: Config): () => Writing {
  const tornFrom = Math.min(...faults.filter(({ kind }) => kind === 'partial-write').map(({ at }) => at));
  const torn = writeTorn(Math.min(500, intervalMs / 4));
  let written = 0;
  return () => {
    written += 1;
    return written >= tornFrom ? torn : writeAtomically;
  };
}
