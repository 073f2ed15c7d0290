import type { Connection } from '@ml-otel/telemetry-store';
import {
  type ArchiveFolder,
  applyRetention,
  archiveRemover,
  dropRemover,
  type PlanOptions,
  type Retention,
  recoverArchives,
  type SignalOutcome,
} from '@ml-otel/telemetry-store/retention';
import { systemTimer, type Timer } from '../receiver/timer.ts';
import { type RetentionLogger, reportOutcome } from './report-outcome.ts';

export interface RetentionParts {
  readonly store: Connection;
  readonly retention: Retention;
  readonly isConfirmed: NonNullable<PlanOptions['isConfirmed']>;
  /** Undefined deletes without an archive. */
  readonly archive: ArchiveFolder | undefined;
  readonly logger: RetentionLogger;
  readonly observer: RetentionObserver;
  readonly timer?: Timer;
  readonly now?: () => Date;
}

/** Told of every pass. */
export interface RetentionObserver {
  passed(outcomes: readonly SignalOutcome[], archived: boolean): void;
  failed(): void;
}

export interface RetentionLoop {
  /** No pass begins any more; resolves when the one that runs has stopped, at the latest after its statement. */
  stop(): Promise<void>;
}

const BETWEEN_PASSES_MILLIS = 3_600_000;

/** Applies the retention now and then every hour, one pass at a time, beside everything else. */
export function startRetention(parts: RetentionParts): RetentionLoop {
  const { logger, observer, timer = systemTimer } = parts;
  const ending = new AbortController();
  let cancel = () => {};
  let running = Promise.resolve();
  const pass = passOf(parts, ending.signal);

  const run = async () => {
    try {
      const outcomes = await pass();
      for (const outcome of outcomes) reportOutcome(logger, outcome, parts.archive !== undefined);
      observer.passed(outcomes, parts.archive !== undefined);
    } catch (error) {
      if (ending.signal.aborted) return;
      observer.failed();
      logger.error(
        { reason: (error as Error).message },
        'the retention could not be applied; it is tried again in an hour',
      );
    }
    if (!ending.signal.aborted) cancel = timer.after(BETWEEN_PASSES_MILLIS, begin);
  };
  const begin = () => {
    running = run();
  };
  begin();
  return {
    async stop() {
      ending.abort();
      cancel();
      await running;
    },
  };
}

/** One pass after the other; the first finishes what an earlier process left. */
function passOf(parts: RetentionParts, signal: AbortSignal): () => Promise<SignalOutcome[]> {
  const { store, retention, isConfirmed, archive, now = () => new Date() } = parts;
  const remover = archive === undefined ? dropRemover(store) : archiveRemover(store, archive);
  let isRecovered = archive === undefined;
  return async () => {
    if (!isRecovered) await recoverArchives(store, archive!);
    isRecovered = true;
    const outcomes = await applyRetention(store, retention, { now: now(), isConfirmed, remover, signal });
    // A pass that was told to end leaves half a file, which goes as soon as someone looks.
    if (outcomes.some(({ failed }) => failed.length > 0)) isRecovered = archive === undefined;
    return outcomes;
  };
}
