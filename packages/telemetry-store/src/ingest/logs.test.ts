import { expect, test } from 'bun:test';
import { batchToken } from './insert-statements.ts';
import { anyValue, attributes, encodeRequest } from './testing/encode-request.ts';
import { insert, openMigrated } from './testing/open-store.ts';

test('every column of a log record that has everything, and of one that has nothing', async () => {
  await using store = await openMigrated();
  const full = {
    timeUnixNano: '1795000000123456789',
    observedTimeUnixNano: '1795000009000000000',
    severityNumber: 17,
    severityText: 'ERROR',
    body: anyValue('it broke'),
    attributes: attributes({ 'job.id': 'run-1', batch: 7 }),
    flags: 0x101,
    traceId: Buffer.from('0123456789abcdef0123456789abcdef', 'hex'),
    spanId: Buffer.from('0123456789abcdef', 'hex'),
    eventName: 'ml.run.finished',
  };
  const request = encodeRequest('logs', {
    resourceLogs: [
      {
        resource: { attributes: attributes({ 'service.name': 'trainer', 'job.id': 'run-2' }) },
        schemaUrl: 'https://example.org/resource',
        scopeLogs: [
          {
            scope: { name: 'lib', version: '1.2', attributes: attributes({ a: 1 }) },
            schemaUrl: 'https://example.org/scope',
            logRecords: [full, { observedTimeUnixNano: '1795000009000000000' }],
          },
        ],
      },
    ],
  });
  await insert(store.connection, 'logs', request, batchToken(Date.UTC(2026, 1, 3, 4, 5, 6), 'logs'));
  const rows = await store.connection.query<object>('SELECT *, RunId FROM otel_logs ORDER BY Timestamp');
  const common = {
    ServiceName: 'trainer',
    ResourceSchemaUrl: 'https://example.org/resource',
    ResourceAttributes: { 'service.name': 'trainer', 'job.id': 'run-2' },
    ScopeSchemaUrl: 'https://example.org/scope',
    ScopeName: 'lib',
    ScopeVersion: '1.2',
    ScopeAttributes: { a: '1' },
    ReceivedAt: '2026-02-03 04:05:06',
  };
  expect(rows).toEqual([
    {
      ...common,
      Timestamp: '2026-11-18 11:06:40.123456789',
      TraceId: '0123456789abcdef0123456789abcdef',
      SpanId: '0123456789abcdef',
      TraceFlags: 1,
      SeverityText: 'ERROR',
      SeverityNumber: 17,
      Body: 'it broke',
      LogAttributes: { 'job.id': 'run-1', batch: '7' },
      EventName: 'ml.run.finished',
      RunId: 'run-1',
    },
    {
      ...common,
      Timestamp: '2026-11-18 11:06:49.000000000',
      TraceId: '',
      SpanId: '',
      TraceFlags: 0,
      SeverityText: '',
      SeverityNumber: 0,
      Body: '',
      LogAttributes: {},
      EventName: '',
      RunId: 'run-2',
    },
  ]);
});
