import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { type MadeSpan, tracesRequest } from '../testing/make-requests.ts';
import { ALL_TIME } from '../time-range.ts';
import type { Direction } from '../windows.ts';
import { type FindTracesRequest, type FoundTrace, findTraces } from './find.ts';
import { trace } from './trace.ts';

const SECOND = 1_000_000_000n;
const MS = 1_000_000n;
const T = 1_780_000_000n * SECOND;

let store: OpenedStore;
let connection: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
}, 60_000);
afterAll(() => store[Symbol.asyncDispose]());

const put = (service: string, spans: readonly MadeSpan[]) =>
  insert(connection, 'traces', tracesRequest(service, spans));
const traceId = (n: number) => `abc${n.toString(16).padStart(29, '0')}`;
const spanId = (n: number) => n.toString(16).padStart(16, '0');

async function walk(request: FindTracesRequest, direction: Direction): Promise<FoundTrace[]> {
  const seen: FoundTrace[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await findTraces(connection, { ...request, direction, ...(cursor && { cursor }) });
    seen.push(...page.rows);
    if (!page.more) return seen;
    cursor = page[direction];
  }
}

describe('finding', () => {
  const range = { from: T, to: T + 400_000n * SECOND };
  beforeAll(async () => {
    // 600 traces, 200 of which begin at one moment; every tenth is six hours long, over the borders of windows.
    const spans = Array.from({ length: 600 }, (_, n): MadeSpan[] => {
      const start = n < 200 ? T + 9_000n * SECOND : T + BigInt(n) * 100n * SECOND;
      const id = traceId(n);
      const later = n % 10 === 0 ? start + 21_600n * SECOND : start + 10n * MS;
      const root = { traceId: id, spanId: spanId(1), name: 'GET /', start, duration: 50n * MS };
      return [
        root,
        { ...root, spanId: spanId(2), parentSpanId: spanId(1), name: 'query', kind: 3, start: later },
      ];
    });
    await put('web', spans.flat());
  });

  test.each(['older', 'newer'] as const)('each trace is met once on the way to %s', async (way) => {
    const seen = await walk({ service: 'web', range, limit: 37 }, way);
    expect(seen).toHaveLength(600);
    expect(new Set(seen.map((found) => found.traceId)).size).toBe(600);
    const sign = way === 'older' ? -1n : 1n;
    const sorted = seen.toSorted(
      (a, b) => Number(sign * (a.time - b.time)) || (a.traceId < b.traceId ? -1 : 1) * Number(sign),
    );
    expect(seen.map((found) => found.traceId)).toEqual(sorted.map((found) => found.traceId));
  });

  test('pages back are the pages forth', async () => {
    const request = { service: 'web', range, limit: 50 };
    const first = await findTraces(connection, request);
    const second = await findTraces(connection, { ...request, cursor: first.older! });
    const back = await findTraces(connection, { ...request, direction: 'newer', cursor: second.newer! });
    expect(back.rows.toReversed()).toEqual(first.rows as FoundTrace[]);
  });

  test('a trace is told whole, also of services and times that were not asked for', async () => {
    const start = T + 300_000n * SECOND;
    const root = { traceId: traceId(9000), spanId: spanId(1), name: 'checkout', start, duration: 900n * MS };
    await put('shop', [root]);
    await put('pay', [
      {
        ...root,
        spanId: spanId(2),
        parentSpanId: spanId(1),
        name: 'charge',
        start: start + 5n * MS,
        duration: SECOND,
        error: true,
        attributes: { card: "o'x" },
      },
    ]);
    const expected = {
      traceId: traceId(9000),
      time: start + 5n * MS,
      start,
      duration: SECOND + 5n * MS,
      spans: 2,
      errors: 1,
      rootName: 'checkout',
      rootService: 'shop',
      services: ['pay', 'shop'],
    };
    const asks: Partial<FindTracesRequest>[] = [
      { service: 'pay' },
      { operation: 'charge' },
      { status: 'Error' },
      { minDuration: SECOND },
      { minDuration: SECOND, maxDuration: 2n ** 80n },
      { attributes: [{ key: 'card', is: 'equal', value: "o'x" }] },
    ];
    for (const ask of asks) {
      const { rows } = await findTraces(connection, { range: ALL_TIME, ...ask });
      expect(rows).toEqual([expected]);
    }
    expect((await findTraces(connection, { range, service: 'shop', status: 'Error' })).rows).toEqual([]);
    expect((await findTraces(connection, { range, maxDuration: -1n })).rows).toEqual([]);
  });

  test.each([
    "'",
    '\\',
    '{service:String}',
    '\0',
    "'; DROP TABLE otel_traces; --",
    "url('http://127.0.0.1:1')",
  ])('what is asked with %j finds nothing and changes nothing', async (hostile) => {
    const attributes = [{ key: hostile, is: 'equal', value: hostile }] as const;
    for (const ask of [{ service: hostile }, { operation: hostile }, { runId: hostile }, { attributes }])
      expect((await findTraces(connection, { range, ...ask })).rows).toEqual([]);
    expect((await trace(connection, hostile)).spans).toEqual([]);
    expect((await findTraces(connection, { range, limit: 1, service: 'web' })).rows).toHaveLength(1);
  });
});

describe('one trace', () => {
  test('has all its spans in order, whatever came when', async () => {
    const id = traceId(70_000);
    const root = { traceId: id, spanId: spanId(3), name: 'root', start: T, duration: 3n * SECOND };
    await put('late', [
      { ...root, spanId: spanId(9), parentSpanId: spanId(3), name: 'far', start: T + 86_400n * SECOND },
    ]);
    await put('first', [{ ...root, events: [{ time: T + 1n, name: 'began' }] }]);
    await put('first', [{ ...root, spanId: spanId(1), parentSpanId: spanId(3), name: 'same time' }]);
    const { spans, more } = await trace(connection, id);
    expect(more).toBe(false);
    expect(spans.map(({ name }) => name)).toEqual(['same time', 'root', 'far']);
    expect(spans[1]).toMatchObject({
      traceId: id,
      start: T,
      duration: 3n * SECOND,
      service: 'first',
      kind: 'Server',
      status: 'Unset',
      events: [{ time: T + 1n, name: 'began', attributes: {} }],
      links: [],
    });
    expect(await trace(connection, id, { limit: 2 })).toEqual({ spans: spans.slice(0, 2), more: true });
    expect(await trace(connection, traceId(70_001))).toEqual({ spans: [], more: false });
  });

  test('has a span that ends before it begins', async () => {
    const id = traceId(80_000);
    await put('skewed', [
      { traceId: id, spanId: spanId(1), name: 'back', start: T + SECOND, duration: -5n * MS },
    ]);
    expect((await trace(connection, id)).spans.map(({ name }) => name)).toEqual(['back']);
  });
});
