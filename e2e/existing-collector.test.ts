import { expect, test } from 'bun:test';
import { createBridge } from 'ml-otel-bridge';
import { buildSnapshot } from 'ml-otel-bridge/testing';
import { parsePrometheusText } from '../scripts/prometheus-text.ts';
import type { Sample } from '../scripts/sample.ts';
import { waitUntil } from '../scripts/wait-until.ts';
import { type Collector, type CollectorPorts, startCollector } from './support/collector.ts';

const BUILD_MS = 20 * 60_000;
const STEPS = 20;

/** The file as it is, with only its ports moved out of the way of what else runs here. */
function existing({ grpcPort, httpPort, prometheusPort }: CollectorPorts): string[] {
  return [
    'existing-collector.yaml',
    `yaml:receivers::otlp::protocols::grpc::endpoint: 127.0.0.1:${grpcPort}`,
    `yaml:receivers::otlp::protocols::http::endpoint: 127.0.0.1:${httpPort}`,
    `yaml:exporters::prometheus::endpoint: 127.0.0.1:${prometheusPort}`,
    'yaml:service::telemetry::metrics::level: none',
  ];
}

/** The same with our snippet beside it, whose port takes the place of the first one for the scrape. */
function withSnippet(ports: CollectorPorts): string[] {
  return [
    ...existing({ ...ports, prometheusPort: ports.telemetryPort }),
    'existing-collector-snippet.yaml',
    `yaml:exporters::prometheus/ml_training::endpoint: 127.0.0.1:${ports.prometheusPort}`,
  ];
}

/** Through the bridge, as any of its ways in does it. */
async function train(collector: Collector, stepAttributes: 'on' | 'off'): Promise<void> {
  const bridge = createBridge({
    endpoint: collector.grpcEndpoint,
    stepAttributes: stepAttributes === 'on',
    selfMetricsIntervalMillis: 0,
  });
  for (let batch = 1; batch <= STEPS; batch++) {
    const timestamp = new Date(Date.now() + batch).toISOString();
    bridge.record(buildSnapshot({ timestamp, metrics: { batch_number: batch, training_loss: batch } }));
  }
  expect(await bridge.shutdown({ timeoutMillis: 30_000 })).toBe(true);
}

async function lossOf(collector: Collector, until: (samples: Sample[]) => boolean): Promise<Sample[]> {
  const losses = async () =>
    parsePrometheusText(await collector.scrape()).filter(({ name }) => name.endsWith('ml_training_loss'));
  await waitUntil(async () => until(await losses()), { what: 'the loss on the Prometheus port' });
  return await losses();
}

const lastStepArrived = (samples: Sample[]) => samples.some(({ value }) => value === STEPS);

test(
  'an unmodified collector makes a series of each step while the step is an attribute',
  async () => {
    await using collector = await startCollector({ configsFor: existing });
    await train(collector, 'on');
    const losses = await lossOf(collector, lastStepArrived);
    expect(losses).toHaveLength(STEPS);
    expect(new Set(losses.map(({ labels }) => labels.batch)).size).toBe(STEPS);
  },
  BUILD_MS,
);

test(
  'with STEP_ATTRIBUTES=off an unmodified collector keeps one series with the last value',
  async () => {
    await using collector = await startCollector({ configsFor: existing });
    await train(collector, 'off');
    const losses = await lossOf(collector, lastStepArrived);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatchObject({
      name: 'ml_training_loss',
      value: STEPS,
      labels: { job_id: 'training-job-123', model_name: 'resnet-50', dataset: 'imagenet' },
    });
  },
  BUILD_MS,
);

test(
  'with the snippet steps stay attributes, one series a run, under our names',
  async () => {
    await using collector = await startCollector({ configsFor: withSnippet });
    await train(collector, 'on');
    const losses = await lossOf(collector, lastStepArrived);
    expect(losses).toEqual([
      {
        name: 'ml_metrics_ml_training_loss',
        value: STEPS,
        labels: {
          job: 'ml-metrics-bridge',
          job_id: 'training-job-123',
          model_name: 'resnet-50',
          dataset: 'imagenet',
        },
      },
    ]);
  },
  BUILD_MS,
);
