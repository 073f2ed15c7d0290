import { expect, test } from 'bun:test';
import { YAML } from 'bun';
import { localPrometheusConfig } from './prometheus-config.ts';

const TARGETS = {
  'otel-collector:8889': '127.0.0.1:1',
  'otel-collector:8888': '127.0.0.1:2',
  'localhost:9090': '127.0.0.1:3',
};

test('targets become local, rule files absolute, the interval as asked', async () => {
  const config = YAML.parse(await localPrometheusConfig({ targets: TARGETS, interval: '1s' })) as Record<
    string,
    never
  >;
  expect(config).toMatchObject({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [expect.stringMatching(/^\/.*\/prometheus\/rules\.yml$/)],
    scrape_configs: [
      { job_name: 'ml-training', honor_labels: true, static_configs: [{ targets: ['127.0.0.1:1'] }] },
      { job_name: 'otel-collector', static_configs: [{ targets: ['127.0.0.1:2'] }] },
      { job_name: 'prometheus', static_configs: [{ targets: ['127.0.0.1:3'] }] },
    ],
  });
});

test('a target without a local address is an error', () => {
  expect(localPrometheusConfig({ targets: {} })).rejects.toThrow('otel-collector:8889');
});
