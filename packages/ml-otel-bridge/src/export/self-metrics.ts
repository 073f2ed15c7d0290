import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Clock } from '../clock.ts';
import type { ValueRejection } from '../mapping/job-state.ts';

/** What the bridge tells of itself, as `ml.bridge.*`. */
export interface SelfMetrics {
  read(snapshots: number): void;
  duplicate(snapshots: number): void;
  rejected(snapshots: number, reason: 'invalid' | 'collision' | 'full'): void;
  valuesRejected(values: number, reason: ValueRejection): void;
  exported(points: number): void;
  dropped(points: number, reason: string): void;
  exportFailed(signal: 'metrics' | 'logs'): void;
  collect(): Promise<ResourceMetrics>;
  shutdown(): Promise<void>;
}

export interface SelfMetricsSources {
  readonly resource: Resource;
  readonly clock: Clock;
  readonly liveJobs: () => number;
  readonly bufferedPoints: () => number;
  readonly damagedLines: () => number;
}

/** Collects when asked. */
class PullReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }
  override collect(): Promise<CollectionResult> {
    return super.collect();
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export function createSelfMetrics({
  resource,
  clock,
  liveJobs,
  bufferedPoints,
  damagedLines,
}: SelfMetricsSources): SelfMetrics {
  const reader = new PullReader();
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('ml-otel-bridge');
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(`ml.bridge.${name}`, { unit, description });

  const read = counter('snapshots.read', '{snapshot}', 'Snapshots that came in');
  const duplicates = counter('snapshots.duplicates', '{snapshot}', 'Snapshots that had been taken before');
  const rejected = counter('snapshots.rejected', '{snapshot}', 'Snapshots that were refused, by reason');
  const values = counter(
    'values.rejected',
    '{value}',
    'Values that a sum or histogram cannot take, by reason',
  );
  const exported = counter('points.exported', '{point}', 'Points that a receiver took');
  const dropped = counter('points.dropped', '{point}', 'Points that were lost, by reason');
  const failures = counter(
    'export.failures',
    '{request}',
    'Requests that failed and were or will be sent again',
  );
  const damaged = counter('spool.damaged_lines', '{line}', 'Lines of the spool that could not be read');
  let damagedTold = 0;
  // A rate over what has not happened yet is 0, not nothing.
  for (const instrument of [read, duplicates, exported, damaged]) instrument.add(0);
  for (const reason of ['full', 'refused']) dropped.add(0, { reason });

  const start = clock.now();
  let lastExport: number | undefined;
  meter
    .createObservableGauge('ml.bridge.points.buffered', {
      unit: '{point}',
      description: 'Points that wait to be sent',
    })
    .addCallback((result) => result.observe(bufferedPoints()));
  meter
    .createObservableGauge('ml.bridge.jobs.live', { unit: '{job}', description: 'Jobs that have not ended' })
    .addCallback((result) => result.observe(liveJobs()));
  meter
    .createObservableGauge('ml.bridge.export.last_age', {
      unit: 's',
      description: 'Time since a receiver last took points, or since the start',
    })
    .addCallback((result) => result.observe((clock.now() - (lastExport ?? start)) / 1_000));

  return {
    read: (count) => read.add(count),
    duplicate: (count) => duplicates.add(count),
    rejected: (count, reason) => rejected.add(count, { reason }),
    valuesRejected: (count, reason) => values.add(count, { reason }),
    exported(points) {
      lastExport = clock.now();
      exported.add(points);
    },
    dropped: (points, reason) => dropped.add(points, { reason }),
    exportFailed: (signal) => failures.add(1, { signal }),
    async collect() {
      damaged.add(damagedLines() - damagedTold);
      damagedTold = damagedLines();
      return (await reader.collect()).resourceMetrics;
    },
    shutdown: () => provider.shutdown(),
  };
}
