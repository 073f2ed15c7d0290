import { expect, test } from 'bun:test';
import { type CollectionResult, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { createStepMetricProducer } from './step-metric-producer.ts';
import { buildSnapshot, readPoints } from './testing/index.ts';

class TestReader extends MetricReader {
  override collect(): Promise<CollectionResult> {
    return super.collect();
  }
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}

test('a MeterProvider collects each step once, beside its own instruments', async () => {
  const producer = createStepMetricProducer();
  const reader = new TestReader({ metricProducers: [producer] });
  const provider = new MeterProvider({ readers: [reader] });
  provider.getMeter('mine').createCounter('mine').add(1);

  for (const batch of [1, 2, 3]) {
    const snapshot = buildSnapshot({
      timestamp: `2026-01-01T00:00:0${batch}Z`,
      metrics: { batch_number: batch },
    });
    expect(producer.record(snapshot).status).toBe('accepted');
    expect(producer.record(snapshot).status).toBe('duplicate');
  }
  const { resourceMetrics, errors } = await reader.collect();
  expect(errors).toEqual([]);
  const losses = readPoints(resourceMetrics).filter(({ name }) => name === 'ml.training.loss');
  expect(losses.map(({ attributes }) => attributes.batch)).toEqual([1, 2, 3]);
  expect(losses.map(({ time }) => time[0] % 60)).toEqual([1, 2, 3]);
  expect(resourceMetrics.scopeMetrics.map(({ scope }) => scope.name)).toContain('mine');

  const again = readPoints((await reader.collect()).resourceMetrics);
  expect(again).toEqual([]);
  expect(producer.record({ nonsense: 1 }).status).toBe('rejected');
  await provider.shutdown();
});
