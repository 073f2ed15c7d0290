import { emptyResource } from '@opentelemetry/resources';
import type { CollectionResult, MetricProducer } from '@opentelemetry/sdk-metrics';
import { DEFAULTS } from './bridge-options.ts';
import { type Clock, systemClock, toTime } from './clock.ts';
import { createMemoryOutbox } from './export/memory-outbox.ts';
import { weighRecord } from './export/record-codec.ts';
import { createIntake, type RecordOutcome } from './intake.ts';
import { type BridgeLogger, createDiagLogger } from './logger.ts';
import type { JobState } from './mapping/job-state.ts';
import { mapBatch } from './mapping/map-batch.ts';
import type { JobIdentity, StepRecord } from './mapping/record.ts';
import { createSeenSnapshots } from './runs/seen-snapshots.ts';
import { SCOPE } from './version.ts';

export interface StepMetricProducerOptions {
  /** `epoch` and `batch` on gauge points. Default: on. */
  readonly stepAttributes?: boolean;
  /** Bytes of requests that may wait for the next collection; beyond them the oldest go. Default: 64 MiB. */
  readonly bufferBytes?: number;
  readonly logger?: BridgeLogger;
  readonly clock?: Clock;
}

/** Step-exact metrics for a MeterProvider that exists already. */
export interface StepMetricProducer extends MetricProducer {
  /** Takes a snapshot; never throws. */
  record(snapshot: unknown): RecordOutcome;
}

/**
 * For people who have a MeterProvider: give it to the reader's `metricProducers`. Each collection takes what was
 * recorded since the last, so what the reader then fails to export is lost: at most once. {@link createBridge}
 * keeps it.
 */
export function createStepMetricProducer(options: StepMetricProducerOptions = {}): StepMetricProducer {
  const { stepAttributes = true, bufferBytes = DEFAULTS.bufferBytes } = options;
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? createDiagLogger();
  const seen = createSeenSnapshots();
  const intake = createIntake({ clock, logger });
  const identities = new Map<string, JobIdentity>();
  const states = new Map<string, JobState>();
  const outbox = createMemoryOutbox<StepRecord>({
    maxBytes: bufferBytes,
    whenFull: 'drop-oldest',
    weigh: weighRecord,
  });

  return {
    record(snapshot) {
      const admission = intake.admit(snapshot, { identityOf: (run) => identities.get(run) });
      if (admission.status !== 'admitted') return admission;
      const { record, run } = admission;
      if (record.fingerprint !== undefined && seen.has(run, record.fingerprint))
        return { status: 'duplicate' };
      const appended = outbox.append([record]);
      if (appended.status === 'kept' && appended.droppedPoints > 0) {
        logger.error(
          { points: appended.droppedPoints },
          'nobody collected in time and the oldest points were dropped',
        );
      }
      if (record.fingerprint !== undefined) seen.add(run, record.fingerprint);
      if (record.final) identities.delete(run);
      else identities.set(run, record);
      return { status: 'accepted' };
    },

    async collect(): Promise<CollectionResult> {
      const batch = outbox.peek(Number.POSITIVE_INFINITY);
      if (batch === undefined)
        return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [] }, errors: [] };
      const mapped = mapBatch(batch.items, states, { now: toTime(clock.now()), stepAttributes });
      for (const [key, state] of mapped.states) {
        if (state) states.set(key, state);
        else states.delete(key);
      }
      outbox.release(batch);
      const scopeMetrics = [{ scope: SCOPE, metrics: mapped.metrics }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}
