import { expect, test } from 'bun:test';
import { waitUntil } from '../scripts/wait-until.ts';
import { type Collector, startCollector } from './support/collector.ts';
import { type Prometheus, startPrometheus } from './support/prometheus.ts';
import { sendGauges } from './support/send-gauge.ts';

/**
 * A validation comes once an hour and is sent once; the exporter's expiry is two and a half hours. Here an hour is three
 * seconds. A fast metric goes on meanwhile, so that "gone" cannot mean that everything stopped.
 */
const BUILD_MS = 20 * 60_000;
const HOUR_MS = 3_000;
const CONFIGURED = { hours: 2.5 };
const SLOW = 'ml_metrics_ml_training_validation_loss';
const FAST = 'ml_metrics_ml_training_loss';

async function start(expirationMs: number): Promise<Collector> {
  return await startCollector({ env: { METRIC_EXPIRATION: `${expirationMs}ms` } });
}

async function send(collector: Collector, key: string, value: number): Promise<void> {
  await sendGauges(collector.httpEndpoint, [
    { metric: `ml.training.${key}`, value, attributes: { 'job.id': 'slow' } },
  ]);
}

async function latest(prometheus: Prometheus, metric: string): Promise<number | undefined> {
  return (await prometheus.query(metric))[0]?.value;
}

/** Trains for so long without a validation; gives back each answer to a query for the last one. */
async function trainWithoutValidation(collector: Collector, prometheus: Prometheus, forMs: number) {
  const answers: (number | undefined)[] = [];
  for (const end = Date.now() + forMs; Date.now() < end; await Bun.sleep(100)) {
    await send(collector, 'loss', Math.random());
    answers.push(await latest(prometheus, SLOW));
  }
  expect(await latest(prometheus, FAST)).toBeDefined();
  return answers;
}

test('the expiry in config.yaml is the one that is scaled down here', async () => {
  const config = await Bun.file(new URL('../collector/config.yaml', import.meta.url)).text();
  expect(config).toContain(`\${env:METRIC_EXPIRATION:-${Math.floor(CONFIGURED.hours)}h30m}`);
});

test(
  'with our ratio a metric that comes once an hour never has a gap',
  async () => {
    await using collector = await start(CONFIGURED.hours * HOUR_MS);
    await using prometheus = await startPrometheus(collector, { interval: '250ms' });
    await send(collector, 'validation_loss', 1);
    await waitUntil(async () => (await latest(prometheus, SLOW)) === 1, { what: 'the first validation' });

    expect(new Set(await trainWithoutValidation(collector, prometheus, HOUR_MS))).toEqual(new Set([1]));
    await send(collector, 'validation_loss', 2);
    await waitUntil(async () => (await latest(prometheus, SLOW)) === 2, { what: 'the second validation' });
  },
  BUILD_MS,
);

test(
  'with an expiry shorter than the gap it vanishes in between',
  async () => {
    await using collector = await start(HOUR_MS / 4);
    await using prometheus = await startPrometheus(collector, { interval: '250ms' });
    await send(collector, 'validation_loss', 1);
    await waitUntil(async () => (await latest(prometheus, SLOW)) === 1, { what: 'the first validation' });

    expect((await trainWithoutValidation(collector, prometheus, HOUR_MS)).at(-1)).toBeUndefined();
    await send(collector, 'validation_loss', 2);
    await waitUntil(async () => (await latest(prometheus, SLOW)) === 2, { what: 'its return' });
  },
  BUILD_MS,
);
