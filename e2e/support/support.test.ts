import { expect, test } from 'bun:test';
import { waitUntil } from '../../scripts/wait-until.ts';
import { startCollector } from './collector.ts';
import { forwardTo, startOtlpSink } from './otlp-sink.ts';
import { sendGauges } from './send-gauge.ts';

const BUILD_MS = 20 * 60_000;

test(
  'what the collector accepted outlives a kill -9 of it and a destination that is away',
  async () => {
    await using sink = startOtlpSink();
    await using collector = await startCollector({
      configs: ['config.yaml', 'forward.yaml'],
      env: forwardTo(sink),
    });
    sink.answer(503);
    for (let batch = 0; batch < 200; batch++) {
      await sendGauges(collector.httpEndpoint, [
        { metric: 'ml.training.loss', value: batch / 10, attributes: { 'job.id': 'j', epoch: 1, batch } },
        {
          metric: 'ml.training.processing_time_ms.step',
          value: batch,
          attributes: { 'job.id': 'j', epoch: 1, batch },
        },
      ]);
    }
    await collector.kill9();
    sink.answer(200);
    await collector.start();

    await waitUntil(() => sink.points.length >= 400, {
      what: 'the points that were accepted before the kill',
    });

    const losses = sink.points.filter(({ metric }) => metric === 'ml.training.loss');
    expect(losses.map(({ attributes }) => attributes.batch).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 200 }, (_, batch) => batch),
    );
    expect(losses.every(({ value, attributes }) => value === Number(attributes.batch) / 10)).toBe(true);
  },
  BUILD_MS,
);

test(
  'on the way to Prometheus the step is taken off and step curves are dropped',
  async () => {
    await using collector = await startCollector();
    for (const batch of [1, 2, 3]) {
      await sendGauges(collector.httpEndpoint, [
        {
          metric: 'ml.training.loss',
          value: batch,
          attributes: { 'job.id': 'j', 'model.name': 'm', dataset: 'd', epoch: 1, batch },
        },
        {
          metric: 'ml.training.processing_time_ms.step',
          value: batch,
          attributes: { 'job.id': 'j', epoch: 1, batch },
        },
        { metric: 'ml.training.step', value: 7, attributes: { 'job.id': 'j' } },
        { metric: 'ml.bridge.snapshots', value: 7 },
      ]);
    }
    const text = await waitUntil(
      async () => {
        const scraped = await collector.scrape();
        return scraped.includes('ml_metrics_ml_training_loss{') && scraped;
      },
      { what: 'the loss on the Prometheus port' },
    );
    const samples = text
      .split('\n')
      .filter((line) => line.startsWith('ml_metrics_') && !line.includes('target_info'));
    expect(samples.sort()).toEqual([
      'ml_metrics_ml_bridge_snapshots{instance="one",job="e2e"} 7',
      'ml_metrics_ml_training_loss{dataset="d",job="e2e",job_id="j",model_name="m"} 3',
      'ml_metrics_ml_training_step{job="e2e",job_id="j"} 7',
    ]);
  },
  BUILD_MS,
);
