import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type BridgeOptions, DEFAULTS, exportIntervalFrom } from './bridge-options.ts';
import { systemClock } from './clock.ts';
import { createEventsLane } from './export/events-lane.ts';
import { createMetricsLane } from './export/metrics-lane.ts';
import { createLogsClient, createMetricsClient } from './export/otlp-client.ts';
import { createResource } from './export/resource.ts';
import { createSelfMetrics } from './export/self-metrics.ts';
import { createSendReport } from './export/send-report.ts';
import { createIntake, type RecordOutcome } from './intake.ts';
import { createDiagLogger } from './logger.ts';
import { createRecorder } from './recorder.ts';
import type { RunEvent } from './runs/run-event.ts';
import { createRunTracker } from './runs/run-tracker.ts';
import { createSeenSnapshots } from './runs/seen-snapshots.ts';
import { createSnapshotMemory } from './runs/snapshot-memory.ts';
import type { Time } from './schema/index.ts';
import { SCOPE } from './version.ts';

/** How a bridge does at the moment. */
export interface BridgeStats {
  /** Snapshots that were accepted since the start. */
  readonly takenSnapshots: number;
  readonly pendingPoints: number;
  readonly pendingBytes: number;
  readonly liveJobs: number;
}

/** Turns training snapshots into OpenTelemetry and sees them to the receiver. */
export interface Bridge {
  /**
   * Takes a snapshot. Never throws, whatever it is given, and never waits for the network. Once the answer is
   * `accepted` it is kept (with a spool: on disk) until the receiver has it.
   */
  record(snapshot: unknown, options?: RecordOptions): RecordOutcome;
  /** Several at once, answered in order; together they are either all kept or all `full`. */
  recordAll(snapshots: readonly unknown[], options?: RecordOptions): RecordOutcome[];
  /** Sends an event of a run beside its snapshots. */
  emit(event: RunEvent): void;
  /** Sends all that waits; false when `timeoutMillis` (default 10,000) ended first, and the rest still waits. */
  flush(options?: { readonly timeoutMillis?: number }): Promise<boolean>;
  /**
   * Sends what it can within `timeoutMillis` (default 3,000) and ends. What could not be sent lies in the spool, or is
   * lost and said so. After it `record` answers `full`.
   */
  shutdown(options?: { readonly timeoutMillis?: number }): Promise<boolean>;
  stats(): BridgeStats;
  /** The bridge's own metrics, `ml.bridge.*`. */
  selfMetrics(): Promise<ResourceMetrics>;
}

export interface RecordOptions {
  /** When it was measured, where the snapshot does not say: the file's time of change. */
  readonly fallbackTime?: Time;
}

/**
 * Makes a bridge. It sends on its own until `shutdown`.
 *
 * @throws RangeError for an endpoint, protocol or interval that cannot be used; Error where the spool folder cannot
 */
export function createBridge(options: BridgeOptions = {}): Bridge {
  const env = options.env ?? process.env;
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? createDiagLogger();
  const resource = createResource(
    DEFAULTS.serviceName,
    {
      ...(options.serviceName !== undefined && { serviceName: options.serviceName }),
      ...(options.resourceAttributes && { attributes: options.resourceAttributes }),
    },
    env,
  );
  const clients = options.clients ?? {
    metrics: createMetricsClient(options, env),
    logs: createLogsClient(options, env),
  };
  const seen = createSeenSnapshots();
  const tracker = createRunTracker({
    heartbeatMillis: options.heartbeatIntervalMillis ?? DEFAULTS.heartbeatIntervalMillis,
    idleMillis: options.jobIdleTimeoutMillis ?? DEFAULTS.jobIdleTimeoutMillis,
    maxJobs: DEFAULTS.maxLiveJobs,
  });

  const { spool } = options;
  const shared = {
    resource,
    scope: SCOPE,
    clock,
    buffer: {
      maxBytes: options.bufferBytes ?? DEFAULTS.bufferBytes,
      whenFull: options.whenFull ?? 'drop-oldest',
      ...(spool && { spool: { folder: spool.folder, maxBytes: spool.maxBytes ?? DEFAULTS.spoolBytes } }),
    },
    intervalMillis: options.exportIntervalMillis ?? exportIntervalFrom(env) ?? DEFAULTS.exportIntervalMillis,
    maxRequestBytes: options.maxRequestBytes ?? DEFAULTS.maxRequestBytes,
  } as const;
  const metrics = createMetricsLane({
    ...shared,
    client: clients.metrics,
    observer: createSendReport('metrics', logger, () => self),
    memory: createSnapshotMemory(seen, tracker, clock.now),
    stepAttributes: options.stepAttributes ?? true,
    valuesRejected(rejected) {
      for (const [reason, count] of rejected) self.valuesRejected(count, reason);
    },
  });
  const events = createEventsLane({
    ...shared,
    logger,
    client: clients.logs,
    observer: createSendReport('logs', logger, () => self),
  });
  const self = createSelfMetrics({
    resource,
    clock,
    liveJobs: () => tracker.liveJobs,
    bufferedPoints: () => metrics.outbox.pendingPoints,
    damagedLines: () => metrics.damagedLines + events.damagedLines,
  });

  const recorder = createRecorder({
    intake: createIntake({ clock, logger }),
    seen,
    tracker,
    self,
    clock,
    logger,
    append: (records) => metrics.outbox.append(records),
    tell: (happened) => events.append(happened),
  });

  let ended = false;
  let lastSweep = clock.now();
  let cancelReport: (() => void) | undefined;
  report(options.selfMetricsIntervalMillis ?? DEFAULTS.selfMetricsIntervalMillis);
  if (metrics.recoveredItems > 0) {
    logger.info(
      { snapshots: metrics.recoveredItems },
      'snapshots of an earlier process wait in the spool and are sent now',
    );
  }
  metrics.loop.notify();
  events.loop.notify();

  function report(intervalMillis: number): void {
    if (intervalMillis <= 0 || ended) return;
    cancelReport = clock.after(intervalMillis, () => {
      void self
        .collect()
        .then((collected) => clients.metrics.send(collected))
        .catch((error) => logger.debug({ reason: String(error) }, 'the bridge could not report on itself'))
        .finally(() => report(intervalMillis));
    });
  }

  function sweep(): void {
    const now = clock.now();
    if (now - lastSweep < SWEEP_MILLIS) return;
    lastSweep = now;
    const { runs, jobs } = tracker.sweep(now);
    metrics.forget(jobs);
    for (const run of runs) seen.end(run);
  }

  function recordAll(snapshots: readonly unknown[], { fallbackTime }: RecordOptions = {}): RecordOutcome[] {
    if (ended) return snapshots.map(() => ({ status: 'full', reason: 'full' }));
    const outcomes = recorder.recordAll(snapshots, fallbackTime);
    metrics.loop.notify();
    sweep();
    return outcomes;
  }

  async function flush(timeoutMillis: number): Promise<boolean> {
    const drained = await Promise.all([metrics.loop.flush(timeoutMillis), events.loop.flush(timeoutMillis)]);
    return drained.every(Boolean);
  }

  return {
    record: (snapshot, recordOptions) => recordAll([snapshot], recordOptions)[0]!,
    recordAll,
    emit: (event) => events.append([event]),
    flush: ({ timeoutMillis = 10_000 } = {}) => flush(timeoutMillis),
    async shutdown({ timeoutMillis = 3_000 } = {}) {
      if (ended) return true;
      ended = true;
      cancelReport?.();
      const drained = await flush(timeoutMillis);
      const points = metrics.outbox.pendingPoints;
      if (points > 0 && spool)
        logger.warn({ points }, 'points that could not be sent wait in the spool for the next start');
      if (points > 0 && !spool)
        logger.error({ points }, 'points could not be sent and are lost: set a spool folder to keep them');
      metrics.loop.stop();
      events.loop.stop();
      metrics.outbox.close();
      events.outbox.close();
      clients.metrics.close();
      clients.logs.close();
      await self.shutdown();
      return drained;
    },
    stats: () => ({
      takenSnapshots: recorder.taken,
      pendingPoints: metrics.outbox.pendingPoints,
      pendingBytes: metrics.outbox.pendingBytes,
      liveJobs: tracker.liveJobs,
    }),
    selfMetrics: () => self.collect(),
  };
}

const SWEEP_MILLIS = 10_000;
