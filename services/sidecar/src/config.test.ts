import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { helpText, parseConfig } from './config.ts';
import { SETTINGS } from './settings.ts';

const variables = Object.values(SETTINGS);

test('every setting has a default that it accepts', () => {
  expect(parseConfig({})).toEqual({
    ok: true,
    config: {
      metricsFilePath: '/shared/metrics/current.json',
      collectionIntervalSeconds: 10,
      endpoint: 'http://localhost:4317',
      serviceName: 'ml-metrics-bridge',
      exportIntervalMillis: 1_000,
      stepAttributes: true,
      jobIdleTimeoutSeconds: 7_200,
      spoolFolder: '',
      spoolMaxBytes: 268_435_456,
      healthPort: 8_081,
      host: '127.0.0.1',
      logLevel: 'info',
    },
  });
});

test('an empty variable is an unset one', () => {
  const empty = Object.fromEntries(variables.map(({ variable }) => [variable, ' ']));
  expect(parseConfig(empty)).toEqual(parseConfig({}));
});

test.each([
  ['COLLECTION_INTERVAL', '0.25', { collectionIntervalSeconds: 0.25 }],
  ['COLLECTION_INTERVAL', '.5', { collectionIntervalSeconds: 0.5 }],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'otel-collector:4317', { endpoint: 'otel-collector:4317' }],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://[::1]:4317', { endpoint: 'https://[::1]:4317' }],
  ['LOG_LEVEL', 'WARN', { logLevel: 'warn' }],
  ['STEP_ATTRIBUTES', 'Off', { stepAttributes: false }],
  ['SPOOL_DIR', ' /var/spool ', { spoolFolder: '/var/spool' }],
  ['HEALTH_PORT', '0', { healthPort: 0 }],
])('%s=%s', (variable, text, expected) => {
  const parsed = parseConfig({ [variable]: text });
  expect(parsed.ok && parsed.config).toMatchObject(expected);
});

test.each([
  ['COLLECTION_INTERVAL', '0'],
  ['COLLECTION_INTERVAL', '10s'],
  ['COLLECTION_INTERVAL', '-1'],
  ['COLLECTION_INTERVAL', '1e3'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://host'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '1.5'],
  ['LOG_LEVEL', 'loud'],
  ['STEP_ATTRIBUTES', 'true'],
  ['HEALTH_PORT', '65536'],
  ['SPOOL_MAX_BYTES', '10'],
])('%s=%s is refused with its name, the value and what is accepted', (variable, text) => {
  const parsed = parseConfig({ [variable]: text });
  expect(!parsed.ok && parsed.issues).toEqual([
    expect.stringMatching(new RegExp(`^${variable}="${text}": expected `)),
  ]);
});

test('all bad values are told together', () => {
  const parsed = parseConfig({ COLLECTION_INTERVAL: 'x', LOG_LEVEL: 'y', HEALTH_PORT: 'z' });
  expect(!parsed.ok && parsed.issues).toHaveLength(3);
});

test('whatever the values: an answer', () => {
  const anyEnvironment = fc.record(
    Object.fromEntries(
      variables.map(({ variable }) => [variable, fc.oneof(fc.string(), fc.double().map(String))]),
    ),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anyEnvironment, (env) => {
      const parsed = parseConfig(env);
      expect(parsed.ok || parsed.issues.length > 0).toBe(true);
    }),
  );
});

test('the help text names every variable with its default', () => {
  const lines = helpText().split('\n');
  for (const { variable, default: fallback } of variables) {
    expect(lines.find((line) => line.startsWith(`  ${variable} `))).toContain(fallback);
  }
});
