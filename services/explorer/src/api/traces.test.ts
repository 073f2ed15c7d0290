import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type OpenApi, openApi, tracesRequest } from './testing/open-api.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
const RANGE = 'from=2026-05-28T00:00Z&to=2026-05-30T00:00Z';
const id = (n: number) => n.toString(16).padStart(16, '0');

interface Span {
  readonly spanId: string;
  readonly name: string;
  readonly duration: number;
  readonly attributes: { readonly [key: string]: string };
}
interface Page {
  readonly rows: readonly (Span & {
    readonly traceId: string;
    readonly spans: number;
    readonly rootName: string;
  })[];
  readonly more: boolean;
  readonly older?: string;
}

let api: OpenApi;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
  const spans = Array.from({ length: 12 }, (_, n) => {
    const start = T + BigInt(n) * SECOND;
    const traceId = `abc${'0'.repeat(28)}${n.toString(16)}`;
    const root = { traceId, spanId: id(2 * n + 1), name: 'GET /train', start, duration: SECOND };
    const child = { ...root, spanId: id(2 * n + 2), parentSpanId: root.spanId, name: 'step', error: n === 3 };
    return [root, { ...child, duration: BigInt(n) * 1_000_000n, attributes: { 'gpu.id': String(n) } }];
  });
  await api.put('traces', tracesRequest('trainer', spans.flat(), { 'job.id': 'run-1' }));
});
afterAll(() => api[Symbol.asyncDispose]());

const page = async (path: string) => (await api.get(path)).body as Page;

describe('traces', () => {
  test('a page of them, and the next', async () => {
    const first = await page(`/api/traces?${RANGE}&limit=5&run=run-1`);
    expect(first.rows.map(({ spans, rootName }) => [spans, rootName])).toEqual(
      Array.from({ length: 5 }, () => [2, 'GET /train']),
    );
    const second = await page(`/api/traces?${RANGE}&limit=50&cursor=${first.older}`);
    expect([second.rows.length, second.more]).toEqual([7, false]);
  });

  test.each([
    ['operation=step&minDuration=5ms&maxDuration=7ms', 3],
    ['status=Error', 1],
    ['filter=gpu.id:eq:7', 1],
    ['service=nobody', 0],
  ])('that have a span with %s', async (query, count) => {
    expect((await page(`/api/traces?${RANGE}&${query}`)).rows.length).toBe(count);
    expect((await page(`/api/spans?${RANGE}&${query}`)).rows.length).toBe(count);
  });

  test('one, with all its spans; none is 404', async () => {
    const { body } = await api.get(`/api/traces/ABC${'0'.repeat(28)}7`);
    const { spans } = body as { spans: readonly Span[] };
    expect(spans.map(({ name, duration }) => [name, duration])).toEqual([
      ['GET /train', 1e9],
      ['step', 7e6],
    ]);
    const missing = await api.get(`/api/traces/${'f'.repeat(32)}`);
    expect([missing.status, (missing.body as { type: string }).type]).toEqual([
      404,
      'urn:ml-otel:problem:not-found',
    ]);
    expect((await api.get('/api/traces/..%2F..%2Fetc')).status).toBe(400);
  });

  test('a page of spans, and the next', async () => {
    const first = await page(`/api/spans?${RANGE}&limit=20`);
    const second = await page(`/api/spans?${RANGE}&limit=20&cursor=${first.older}`);
    const ids = [...first.rows, ...second.rows].map(({ spanId }) => spanId);
    expect(new Set(ids).size).toBe(24);
  });
});
