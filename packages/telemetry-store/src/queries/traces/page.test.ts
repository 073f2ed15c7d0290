import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { tracesRequest } from '../testing/make-requests.ts';
import { type SpanPageRequest, spanPage } from './page.ts';
import type { Span } from './span.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
const range = { from: T, to: T + 100_000n * SECOND };
const id = (n: number) => n.toString(16).padStart(16, '0');

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
  // 300 spans over a day, of which 100 begin at one moment; 20 of those come a second time.
  const spans = Array.from({ length: 300 }, (_, n) => ({
    traceId: id(n >> 2).repeat(2),
    spanId: id(n + 1),
    name: n % 3 === 0 ? 'step' : 'load',
    start: n < 100 ? T + 9_000n * SECOND : T + BigInt(n) * 300n * SECOND,
    duration: BigInt(n),
    error: n % 50 === 0,
  }));
  await insert(store.connection, 'traces', tracesRequest('trainer', spans));
  await insert(store.connection, 'traces', tracesRequest('trainer', spans.slice(0, 20)));
}, 60_000);
afterAll(() => store[Symbol.asyncDispose]());

async function walk(request: Partial<SpanPageRequest>, cursor?: string): Promise<Span[]> {
  const seen: Span[] = [];
  let at = cursor;
  for (;;) {
    const page = await spanPage(store.connection, {
      range,
      limit: 17,
      ...request,
      ...(at && { cursor: at }),
    });
    seen.push(...page.rows);
    if (!page.more) return seen;
    at = page[request.direction ?? 'older'];
  }
}

const keys = (spans: readonly Span[]) => spans.map(({ spanId, start }) => `${start} ${spanId}`);

describe('pages of spans', () => {
  test('each is met once on the way to older and to newer, and those sent twice twice', async () => {
    const older = await walk({});
    expect(older).toHaveLength(320);
    expect(new Set(keys(older)).size).toBe(300);
    expect(keys(await walk({ direction: 'newer' }))).toEqual(keys(older).toReversed());
  });

  test('the way back from within those that are alike', async () => {
    const first = await spanPage(store.connection, { range, limit: 211, direction: 'newer' });
    const back = await walk({ direction: 'older' }, first.older);
    expect(back).toEqual([]);
    const again = await walk({ direction: 'older' }, first.newer);
    expect(keys(again)).toEqual(keys(first.rows).toReversed());
  });

  test('filters', async () => {
    expect(await walk({ operation: 'step', service: 'trainer' })).toHaveLength(100 + 7);
    expect(await walk({ status: 'Error', minDuration: 100n })).toHaveLength(4);
    expect(await walk({ service: 'nobody' })).toEqual([]);
  });
});
