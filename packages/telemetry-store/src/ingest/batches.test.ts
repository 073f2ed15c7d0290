import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { OpenedStore } from '../testing/connections.ts';
import { batchToken } from './insert-statements.ts';
import { attributes, encodeRequest } from './testing/encode-request.ts';
import { insert, openMigrated } from './testing/open-store.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['otel_traces', 'otel_metrics_gauge', 'training_points'])
    await store.connection.command(`TRUNCATE TABLE ${table}`);
});

const span = (name: string, extra = {}) => ({
  name,
  traceId: crypto.getRandomValues(new Uint8Array(16)),
  ...extra,
});
const spans = (...names: string[]) =>
  encodeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: names.map((name) => span(name)) }] }] });
const points = (count: number) =>
  encodeRequest('metrics', {
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'ml.training.loss',
                gauge: {
                  dataPoints: Array.from({ length: count }, (_, batch) => ({
                    timeUnixNano: String(1795000000000000000n + BigInt(batch)),
                    asDouble: batch,
                    attributes: attributes({ 'job.id': 'run', batch }),
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  });

const count = async (table: string) =>
  Number((await store.connection.query<{ n: string }>(`SELECT count() AS n FROM ${table}`))[0]!.n);

const names = async () =>
  (
    await store.connection.query<{ SpanName: string }>('SELECT SpanName FROM otel_traces ORDER BY SpanName')
  ).map((row) => row.SpanName);

describe('a batch', () => {
  test('of requests one after the other holds the rows of all, an empty one among them', async () => {
    await insert(store.connection, 'traces', Buffer.concat([spans('a', 'b'), new Uint8Array(), spans('c')]));
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  test('that is cut short is a parse error, wherever it is cut, and writes nothing', async () => {
    const request = spans('a', 'b');
    for (let end = 1; end < request.length; end += 7)
      await expect(insert(store.connection, 'traces', request.subarray(0, end))).rejects.toMatchObject({
        isParseError: true,
      });
    expect(await names()).toEqual([]);
  });

  test('in which a nested message claims more than its parent has takes nothing of the next request', async () => {
    const whole = spans('a');
    for (let at = 3; at < whole.length; at++) {
      const liar = Uint8Array.from(whole);
      liar[at] = liar[at]! | 0x70;
      const before = await count('otel_traces');
      const refused = await insert(store.connection, 'traces', Buffer.concat([liar, spans('next')])).then(
        () => false,
        () => true,
      );
      const next = (await names()).filter((name) => name === 'next').length;
      if (refused) expect(await count('otel_traces')).toBe(before);
      else expect(next).toBe(1);
      await store.connection.command('TRUNCATE TABLE otel_traces');
    }
  });

  test('that is sent again under its name is there once, in every table', async () => {
    const request = points(1_000);
    const token = batchToken(Date.now(), 'again');
    for (let time = 0; time < 3; time++) await insert(store.connection, 'metrics', request, token);
    expect(await count('otel_metrics_gauge')).toBe(1_000);
    expect(await count('training_points')).toBe(1_000);
  });

  test('that is sent again after midnight is there once', async () => {
    const token = batchToken(Date.UTC(2026, 0, 1, 23, 59, 59), 'midnight');
    await insert(store.connection, 'traces', spans('a'), token);
    await insert(store.connection, 'traces', spans('a'), token);
    expect(await names()).toEqual(['a']);
  });

  test('of the same bytes under another name is another batch', async () => {
    const request = spans('a');
    await insert(store.connection, 'traces', request);
    await insert(store.connection, 'traces', request);
    expect(await names()).toEqual(['a', 'a']);
  });

  test('that failed in one table and is sent again writes what is missing, and nothing twice', async () => {
    await store.connection.command(
      `CREATE MATERIALIZED VIEW break_mv TO training_series AS
       SELECT toString(throwIf(Value = 999, 'broken on purpose')) AS MetricName FROM otel_metrics_gauge`,
    );
    const request = points(1_000);
    const token = batchToken(Date.now(), 'failed');
    await expect(insert(store.connection, 'metrics', request, token)).rejects.toMatchObject({
      isParseError: false,
    });
    await store.connection.command('DROP TABLE break_mv');
    await insert(store.connection, 'metrics', request, token);
    expect(await count('otel_metrics_gauge')).toBe(1_000);
    expect(await count('training_points')).toBe(1_000);
  });

  test('of runs of 300 months is taken', async () => {
    const dataPoints = Array.from({ length: 300 }, (_, month) => ({
      timeUnixNano: String(BigInt(Date.UTC(2000, month, 1)) * 1_000_000n),
      asDouble: 1,
      attributes: attributes({ 'job.id': 'run', batch: month }),
    }));
    const metrics = [{ name: 'ml.training.loss', gauge: { dataPoints } }];
    await insert(
      store.connection,
      'metrics',
      encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
    );
    expect(await count('training_points')).toBe(300);
  });
});
