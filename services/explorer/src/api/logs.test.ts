import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { logsRequest, type OpenApi, openApi } from './testing/open-api.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
const RANGE = 'from=2026-05-28T00:00Z&to=2026-05-30T00:00Z';

interface Record {
  readonly time: string;
  readonly id: string;
  readonly body: string;
  readonly attributes: { readonly [key: string]: string };
}
interface Page {
  readonly rows: readonly Record[];
  readonly more: boolean;
  readonly older?: string;
  readonly newer?: string;
}

let api: OpenApi;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
  const logs = Array.from({ length: 25 }, (_, i) => ({
    time: T + BigInt(i) * SECOND + 7n,
    body: `line ${i}`,
    severity: i % 5 === 0 ? 17 : 9,
    attributes: { 'gpu.id': String(i % 2) },
  }));
  await api.put('logs', logsRequest('trainer', logs, { 'job.id': 'run-1' }));
  await api.put('logs', logsRequest('gateway', [{ time: T, body: 'other' }]));
});
afterAll(() => api[Symbol.asyncDispose]());

const bodies = ({ rows }: Page) => rows.map(({ body }) => body);
const page = async (query: string) => (await api.get(`/api/logs?${RANGE}&${query}`)).body as Page;

describe('logs', () => {
  test('come newest first, with their nanoseconds, and pages go both ways', async () => {
    const first = await page('service=trainer&limit=10');
    expect(bodies(first)).toEqual(Array.from({ length: 10 }, (_, i) => `line ${24 - i}`));
    expect(first.rows[0]!.time).toBe('2026-05-28T20:27:04.000000007Z');
    const second = await page(`service=trainer&limit=10&cursor=${first.older}`);
    expect(bodies(second)).toEqual(Array.from({ length: 10 }, (_, i) => `line ${14 - i}`));
    const last = await page(`service=trainer&limit=10&cursor=${second.older}`);
    expect([bodies(last).length, last.more]).toEqual([5, false]);
    const back = await page(`service=trainer&limit=10&order=newer&cursor=${second.newer}`);
    expect(bodies(back)).toEqual(Array.from({ length: 10 }, (_, i) => `line ${15 + i}`));
  });

  test.each([
    ['severity=17', 5],
    ['run=run-1', 25],
    ['text=LINE%202', 6],
    ['filter=gpu.id:eq:1', 12],
    ['filter=gpu.id:ne:1', 14],
    ['filter=no.such.key:ne:1', 26],
    ['filter=gpu.id:exists&filter=job.id:contains:RUN', 25],
    ['filter=job.id:eq:none', 0],
    [`trace=${'a'.repeat(32)}`, 0],
  ])('%s', async (query, count) => {
    expect((await page(query)).rows.length).toBe(count);
  });

  test('a row a line, with a link to the next', async () => {
    const answer = await api.app.request(`/api/logs?${RANGE}&service=trainer&limit=20`, {
      headers: { accept: 'application/x-ndjson' },
    });
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).body)).toEqual(
      Array.from({ length: 20 }, (_, i) => `line ${24 - i}`),
    );
    const next = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link')!)![1]!;
    expect(bodies((await api.get(next)).body as Page).length).toBe(5);
  });

  test('histogram: columns, every bucket', async () => {
    const { body } = await api.get(
      '/api/logs/histogram?from=2026-05-28T20:26:40Z&to=2026-05-28T20:27:10Z&buckets=3&service=trainer',
    );
    expect(body as object).toEqual({
      times: [1_780_000_000_000, 1_780_000_010_000, 1_780_000_020_000],
      end: 1_780_000_030_000,
      counts: {
        unset: [0, 0, 0],
        trace: [0, 0, 0],
        debug: [0, 0, 0],
        info: [8, 8, 4],
        warn: [0, 0, 0],
        error: [2, 2, 1],
        fatal: [0, 0, 0],
      },
    });
  });

  test('context: what was logged around one', async () => {
    const { rows } = await page('text=line%2012');
    const { time, id } = rows[0]!;
    const query = new URLSearchParams({ time, id, before: '2', after: '1', service: 'trainer' });
    const { body } = await api.get(`/api/logs/context?${query}`);
    const { before, records, after } = body as { [side: string]: readonly Record[] };
    expect([before, records, after].map((side) => side!.map((record) => record.body))).toEqual([
      ['line 10', 'line 11'],
      ['line 12'],
      ['line 13'],
    ]);
  });

  test('of no record there is nothing around; an id has one spelling', async () => {
    const around = (id: string) => api.get(`/api/logs/context?id=${id}&time=2056-01-06&run=%C2%86`);
    expect((await around('1634532992')).body as object).toEqual({ before: [], records: [], after: [] });
    expect((await around('01634532992')).status).toBe(400);
  });

  test('what is wrong is told by name, all of it', async () => {
    const { status, headers, body } = await api.get('/api/logs?limit=0&from=yesterday&severity=25&form=now');
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    const { type, issues } = body as { type: string; issues: readonly { parameter: string }[] };
    expect(type).toBe('urn:ml-otel:problem:invalid-request');
    expect(issues.map(({ parameter }) => parameter).sort()).toEqual(['form', 'from', 'limit', 'severity']);
    expect((await api.get('/api/logs?cursor=abc')).status).toBe(400);
  });

  test('an answer that will not change has a name; one about now is not kept', async () => {
    const past = '/api/logs/histogram?from=2020-01-01&to=2020-01-02';
    const first = await api.get(past);
    const tag = first.headers.get('etag')!;
    expect((await api.app.request(past, { headers: { 'if-none-match': tag } })).status).toBe(304);
    const now = await api.get('/api/logs');
    expect([now.headers.get('cache-control'), now.headers.get('etag')]).toEqual(['no-store', null]);
  });
});
