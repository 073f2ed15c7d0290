import { AggregationTemporality, type CollectionResult, MetricReader } from '@opentelemetry/sdk-metrics';

/** Collects when asked. */
export class PullReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }
  override collect(): Promise<CollectionResult> {
    return super.collect();
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
