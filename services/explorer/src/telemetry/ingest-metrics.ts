import { PullReader } from '@ml-otel/service-kit/pull-reader';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type CollectionResult, MeterProvider } from '@opentelemetry/sdk-metrics';
import type { ReceiverObserver } from '../receiver/observer.ts';

/** Makes instruments. */
export type Meter = ReturnType<MeterProvider['getMeter']>;

export interface IngestMetrics {
  readonly observer: ReceiverObserver;
  /** Shows how many bytes wait, whenever someone looks. */
  watchPending(used: () => number): void;
  collect(): Promise<CollectionResult>;
  /** For other parts of the explorer, whose instruments are collected with these. */
  meter(name: string): Meter;
}

/** Seconds: a small insert takes about 25 ms, a large one up to a second. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const REQUESTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];
const BYTES = [1e3, 1e4, 1e5, 1e6, 4e6, 16e6, 64e6];

/** What the receiver tells of itself, as OpenTelemetry instruments. */
export function createIngestMetrics(): IngestMetrics {
  const reader = new PullReader();
  const resource = resourceFromAttributes({ 'service.name': 'ml-otel-explorer' });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('explorer.receiver');
  const histogram = (name: string, unit: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(`otlp.receiver.${name}`, {
      unit,
      description,
      advice: { explicitBucketBoundaries },
    });

  const requests = meter.createCounter('otlp.receiver.requests', {
    unit: '{request}',
    description: 'Export requests by what they were answered',
  });
  const received = meter.createCounter('otlp.receiver.bytes', {
    unit: 'By',
    description: 'Bytes of accepted export requests, after decompression',
  });
  const batchRequests = histogram('batch.requests', '{request}', 'Requests committed together', REQUESTS);
  const batchBytes = histogram('batch.size', 'By', 'Bytes committed together', BYTES);
  const commit = histogram('commit.duration', 's', 'Duration of one try to commit a batch', SECONDS);
  const pending = meter.createObservableGauge('otlp.receiver.pending', {
    unit: 'By',
    description: 'Bytes of requests that are held until they are committed',
  });

  return {
    observer: {
      answered({ signal, protocol, bytes, answer }) {
        requests.add(1, { signal, protocol, answer });
        if (answer === 'accepted') received.add(bytes, { signal, protocol });
      },
      tried(signal, batch, outcome, seconds) {
        batchRequests.record(batch.requests, { signal });
        batchBytes.record(batch.bytes, { signal });
        commit.record(seconds, { signal, outcome: outcome.kind });
      },
    },
    watchPending: (used) => pending.addCallback((result) => result.observe(used())),
    collect: () => reader.collect(),
    meter: (name) => provider.getMeter(name),
  };
}
