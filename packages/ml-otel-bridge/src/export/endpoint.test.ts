import { describe, expect, test } from 'bun:test';
import { type Environment, endpointFor, protocolFor } from './endpoint.ts';

describe('endpointFor', () => {
  test.each<[string, Environment, string]>([
    ['nothing set', {}, 'http://localhost:4317'],
    ['no scheme', { OTEL_EXPORTER_OTLP_ENDPOINT: 'otel-collector:4317' }, 'http://otel-collector:4317'],
    ['a scheme', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c:4317' }, 'https://c:4317'],
    [
      'no scheme but TLS',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4317', OTEL_EXPORTER_OTLP_INSECURE: 'false' },
      'https://c:4317',
    ],
    [
      'the signal’s own',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'a:1', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'b:2' },
      'http://b:2',
    ],
    ['an address of IPv6', { OTEL_EXPORTER_OTLP_ENDPOINT: '[::1]:4317' }, 'http://[::1]:4317'],
    ['blanks', { OTEL_EXPORTER_OTLP_ENDPOINT: '  ' }, 'http://localhost:4317'],
  ])('gRPC, %s', (_, env, expected) => {
    expect(endpointFor('METRICS', 'grpc', undefined, env)).toBe(expected);
  });

  test.each<[string, Environment, string]>([
    ['nothing set', {}, 'http://localhost:4318/v1/logs'],
    [
      'a general endpoint gets the path',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' },
      'http://c:4318/v1/logs',
    ],
    ['a prefix is kept', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c/otlp' }, 'http://c/otlp/v1/logs'],
    [
      'the signal’s own is used as it is',
      { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://c/take' },
      'http://c/take',
    ],
  ])('HTTP, %s', (_, env, expected) => {
    expect(endpointFor('LOGS', 'http/protobuf', undefined, env)).toBe(expected);
  });

  test('the argument wins over the environment', () => {
    expect(endpointFor('METRICS', 'grpc', 'a:1', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'b:2' })).toBe(
      'http://a:1',
    );
  });

  test.each(['ftp://c:21', 'http://', 'c:99999', '://c'])('refuses %p and names it', (endpoint) => {
    expect(() => endpointFor('METRICS', 'grpc', endpoint, {})).toThrow(endpoint);
  });
});

test('protocolFor: argument, the signal’s variable, the general one, gRPC', () => {
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc' };
  expect(protocolFor('METRICS', undefined, {})).toBe('grpc');
  expect(protocolFor('METRICS', undefined, env)).toBe('http/protobuf');
  expect(protocolFor('LOGS', undefined, env)).toBe('grpc');
  expect(protocolFor('METRICS', 'grpc', env)).toBe('grpc');
  expect(() => protocolFor('METRICS', 'http/json', {})).toThrow('http/json');
});
