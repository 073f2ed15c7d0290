import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { startChild } from '../scripts/child-process.ts';
import { freePort } from '../scripts/free-port.ts';
import { startCollector } from './support/collector.ts';
import { startPrometheus } from './support/prometheus.ts';
import { sendGauges } from './support/send-gauge.ts';

const SCRIPT = join(import.meta.dir, '../scripts/verify.ts');
const BUILD_MS = 20 * 60_000;

async function verify(...flags: string[]): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const command = [process.execPath, SCRIPT, ...flags];
  const code = await startChild({ command, onLine: (line) => lines.push(line) }).exited;
  return { code, output: lines.join('\n') };
}

test(
  'what is missing is named, on both sides, and makes it fail',
  async () => {
    await using collector = await startCollector();
    await using prometheus = await startPrometheus(collector);
    const run = { 'job.id': 'training-job-123', 'model.name': 'resnet-50', dataset: 'imagenet' };
    await sendGauges(collector.httpEndpoint, [
      { metric: 'ml.training.loss', value: 0.5, attributes: run },
      // Without the labels it does not count.
      { metric: 'ml.training.accuracy', value: 0.5, attributes: { 'job.id': 'training-job-123' } },
    ]);
    const { code, output } = await verify(
      ...['--collector', `http://127.0.0.1:${collector.prometheusPort}`],
      ...['--prometheus', prometheus.url, '--timeout', '5'],
    );
    expect(code).toBe(1);
    expect(output).toContain('ml_metrics_ml_training_epoch in Prometheus');
    expect(output).toContain("ml_metrics_ml_training_accuracy on the collector's Prometheus port");
    expect(output).toContain('a value for the query max(ml_metrics_ml_training_gpu_utilization)');
    expect(output).not.toContain("ml_metrics_ml_training_loss on the collector's Prometheus port");
  },
  BUILD_MS,
);

test('nobody there: says what to start, whether the explorer is asked or the pipeline', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const explorer = await verify('--explorer', nobody, '--timeout', '0');
  expect(explorer.output).toContain(`No answer from ${nobody}`);
  const { code, output } = await verify('--collector', nobody, '--prometheus', nobody, '--timeout', '0');
  expect(code).toBe(1);
  expect(output).toContain('Is `make start`, `make pipeline` or `make dev-up` running?');
});

test('--help and flags that are wrong', async () => {
  expect(await verify('--help')).toMatchObject({
    code: 0,
    output: expect.stringContaining('--timeout SECONDS'),
  });
  expect(await verify('--timeout', 'soon')).toMatchObject({
    code: 2,
    output: expect.stringContaining('soon'),
  });
  expect(await verify('--prometheus', 'x')).toMatchObject({
    code: 2,
    output: expect.stringContaining('"x"'),
  });
  expect(await verify('--nope')).toMatchObject({ code: 2, output: expect.stringContaining('--nope') });
});
