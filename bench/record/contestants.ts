import type { Attributes } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { type BridgeOptions, createBridge } from 'ml-otel-bridge';
import type { SnapshotInput } from 'ml-otel-bridge/schema';
import { createMemoryReceiver } from 'ml-otel-bridge/testing';

/** Something that takes snapshots on the calling thread. */
export interface Contestant {
  record(snapshot: SnapshotInput): void;
  end(): Promise<void>;
}

/** Our bridge; what it sends is taken at once, so that only its own work is measured. */
export function bridge(options: Pick<BridgeOptions, 'spool'> = {}): Contestant {
  const { clients } = createMemoryReceiver();
  const taking = createBridge({
    ...options,
    env: {},
    selfMetricsIntervalMillis: 0,
    bufferBytes: 1024 ** 3,
    clients,
  });
  return {
    record(snapshot) {
      const { status } = taking.record(snapshot);
      if (status !== 'accepted') throw new Error(`The bridge answered ${status}.`);
    },
    end: async () => void (await taking.shutdown()),
  };
}

/**
 * The calls that the bridge replaces: nine instruments of OpenTelemetry's SDK with the run as attributes. With the step
 * among them each step is a series, and after 2,000 the SDK counts all further ones into a single one.
 */
export function sdk({ stepAttributes }: { readonly stepAttributes: boolean }): Contestant {
  const provider = new MeterProvider({ readers: [new IdleReader()] });
  const meter = provider.getMeter('bench');
  const gauges = ['training_loss', 'validation_loss', 'accuracy', 'learning_rate', 'gpu_utilization'].map(
    (key) => [key, meter.createGauge(`ml.training.${key}`)] as const,
  );
  const counters = ['batch_number', 'epoch'].map(
    (key) => [key, meter.createCounter(`ml.training.${key}`)] as const,
  );
  const histograms = ['processing_time_ms', 'samples_per_second'].map(
    (key) => [key, meter.createHistogram(`ml.training.${key}`)] as const,
  );
  return {
    record({ job_metadata: job, training_metrics: metrics = {} }) {
      const attributes: Attributes = {
        'job.id': job.job_id,
        'model.name': job.model_name ?? '',
        dataset: job.dataset ?? '',
      };
      const step = stepAttributes
        ? { ...attributes, epoch: metrics?.epoch ?? 0, batch: metrics?.batch_number ?? 0 }
        : attributes;
      for (const [key, gauge] of gauges) gauge.record(metrics?.[key] ?? 0, step);
      for (const [key, counter] of counters) counter.add(metrics?.[key] ?? 0, attributes);
      for (const [key, histogram] of histograms) histogram.record(metrics?.[key] ?? 0, attributes);
    },
    end: () => provider.shutdown(),
  };
}

/** Collects when asked, and nobody asks. Without a reader the SDK's instruments would do nothing at all. */
class IdleReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
