import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type OpenApi, openApi } from './testing/open-api.ts';
import { curveRequest } from './testing/training.ts';

const START = BigInt(Date.now() - 120_000) * 1_000_000n;

interface Run {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly lastStep?: number;
  readonly lastLoss?: unknown;
}
interface Page {
  readonly rows: readonly Run[];
  readonly next?: string;
}

interface Series {
  readonly receivedAt: number;
  readonly curves: readonly {
    readonly run: string;
    readonly metric: string;
    readonly x: readonly number[];
    readonly last: readonly unknown[];
    readonly notFinite: readonly number[];
  }[];
}

let api: OpenApi;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
  for (let i = 0; i < 5; i++)
    await api.put('metrics', curveRequest(`run/${i}`, [3, 2, 1 + i], { start: START + BigInt(i) }));
  await api.put('metrics', curveRequest('diverged', [1, Number.NaN], { start: START - 1n }));
  await api.put('metrics', curveRequest('diverged', [0.5, 0.7], { start: START - 1n, metric: 'accuracy' }));
});
afterAll(() => api[Symbol.asyncDispose]());

const list = async (query: string) => (await api.get(`/api/runs?${query}`)).body as Page;
const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await api.app.request(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
};

describe('runs', () => {
  test('newest first, page by page', async () => {
    const first = await list('limit=4');
    expect(first.rows.map(({ id }) => id)).toEqual(['run/4', 'run/3', 'run/2', 'run/1']);
    expect(first.rows[0]).toMatchObject({ state: 'running', lastStep: 3, lastLoss: 5 });
    const second = await list(`limit=4&cursor=${first.next}`);
    expect(second.rows.map(({ id }) => id)).toEqual(['run/0', 'diverged']);
    expect([second.next, second.rows[1]!.lastLoss]).toEqual([undefined, 'NaN']);
  });

  test.each([
    ['search=RUN/', 5],
    ['model=resnet&state=running&state=failed', 6],
    ['state=finished', 0],
    ['label=team:vision', 0],
    ['dataset=imagenet&search=%25', 0],
  ])('%s', async (query, count) => expect((await list(query)).rows.length).toBe(count));

  test('one, and its curves', async () => {
    const { body } = await api.get('/api/runs/run%2F2');
    expect(body as Run).toMatchObject({ id: 'run/2', name: 'run/2', lastStep: 3 });
    const curves = await api.get('/api/runs/diverged/metrics');
    const { rows } = curves.body as { rows: readonly object[] };
    expect(rows).toMatchObject([
      { metric: 'ml.training.accuracy', min: 0.5, max: 0.7, lastValue: 0.7, hasNaN: false },
      { metric: 'ml.training.loss', min: 1, max: 1, lastValue: 'NaN', hasNaN: true },
    ]);
    expect((await api.get('/api/runs/none')).status).toBe(404);
    expect((await api.get('/api/runs/none/metrics')).status).toBe(404);
  });

  test('those of some ids, in one answer', async () => {
    const { body } = await api.get('/api/runs?id=run%2F2&id=diverged&id=none');
    const { rows } = body as { rows: readonly Run[] };
    expect(rows.map(({ id }) => id).toSorted()).toEqual(['diverged', 'run/2']);
    expect(rows.find(({ id }) => id === 'run/2')).toMatchObject({ name: 'run/2', lastStep: 3 });
    expect((await api.get('/api/runs?id=')).status).toBe(400);
  });

  test('names of metrics alone, of several runs', async () => {
    const names = await api.get('/api/runs/diverged/metrics/names?run=run%2F1');
    expect(names.body as object).toEqual({ names: ['ml.training.accuracy', 'ml.training.loss'] });
    expect((await api.get('/api/runs/none/metrics/names')).body as object).toEqual({ names: [] });
    const many = Array.from({ length: 100 }, (_, i) => `run=${i}`).join('&');
    expect((await api.get(`/api/runs/run%2F1/metrics/names?${many}`)).status).toBe(400);
  });

  test('curves of several runs and metrics in one answer; then only what is new', async () => {
    const path = '/api/runs/diverged/series?metric=ml.training.loss&metric=ml.training.accuracy&run=run%2F3';
    const whole = (await api.get(path)).body as Series;
    expect(whole.curves.map(({ run, metric, x, last }) => [run, metric, x, last])).toEqual([
      ['diverged', 'ml.training.accuracy', [1, 2], [0.5, 0.7]],
      ['diverged', 'ml.training.loss', [1, 2], [1, 'NaN']],
      ['run/3', 'ml.training.loss', [1, 2, 3], [3, 2, 4]],
    ]);
    expect(whole.curves[1]!.notFinite).toEqual([0, 1]);
    await api.put('metrics', curveRequest('run/3', [9], { start: START + 3n, firstStep: 4 }));
    const live = `/api/runs/run%2F3/series?metric=ml.training.loss&from=3&since=${whole.receivedAt}`;
    const news = (await api.get(live)).body as Series;
    expect(news.curves.map(({ x, last }) => [x, last])).toEqual([
      [
        [3, 4],
        [4, 9],
      ],
    ]);
    expect((await api.get('/api/runs/none/series?metric=ml.training.loss')).status).toBe(404);
    const bad = await api.get('/api/runs/diverged/series?x=banana&from=NaN');
    const { issues } = bad.body as { issues: readonly { parameter: string }[] };
    expect([bad.status, issues.map(({ parameter }) => parameter).sort()]).toEqual([
      400,
      ['from', 'metric', 'x'],
    ]);
    const file = await api.app.request('/api/export/runs/diverged/series?metric=ml.training.loss&format=csv');
    expect((await file.text()).split('\r\n')[2]).toContain(',NaN,');
  });

  test('what a person says stays said, field by field', async () => {
    const named = await send('PATCH', '/api/runs/run%2F1', { name: 'best', tags: ['keep'] });
    expect([named.status, named.body as Run]).toEqual([
      200,
      expect.objectContaining({ id: 'run/1', name: 'best', tags: ['keep'], notes: '' }),
    ]);
    await send('PATCH', '/api/runs/run%2F1', { notes: 'see "=1+1"' });
    expect((await api.get('/api/runs/run%2F1')).body as Run).toMatchObject({
      name: 'best',
      notes: 'see "=1+1"',
    });
    expect((await list('tag=keep')).rows.map(({ id }) => id)).toEqual(['run/1']);
    expect((await send('PATCH', '/api/runs/none', { name: 'x' })).status).toBe(404);
  });

  test('a body that is not right is told where', async () => {
    const { status, body } = await send('PATCH', '/api/runs/run%2F1', { tags: ['a', ''], nme: 'x' });
    const { issues } = body as { issues: readonly { pointer: string }[] };
    expect([status, issues.map(({ pointer }) => pointer).sort()]).toEqual([400, ['#/nme', '#/tags/1']]);
    for (const bad of ['{', '[]', 'null', '"x"', '{"name":1}'])
      expect([bad, (await send('PATCH', '/api/runs/run%2F1', bad)).status]).toEqual([bad, 400]);
    const plain = await send('PATCH', '/api/runs/run%2F1', '{"name":"x"}', { 'content-type': 'text/plain' });
    expect(plain.status).toBe(415);
    expect((await send('PATCH', '/api/runs/run%2F1', { notes: 'x'.repeat(2 ** 20) })).status).toBe(413);
  });

  test('deleted, it is gone', async () => {
    const gone = await send('DELETE', '/api/runs/run%2F0');
    expect([gone.status, gone.body as object]).toEqual([200, { points: 3, series: 1 }]);
    expect((await api.get('/api/runs/run%2F0')).status).toBe(404);
    expect((await send('DELETE', '/api/runs/run%2F0')).status).toBe(404);
  });
});
