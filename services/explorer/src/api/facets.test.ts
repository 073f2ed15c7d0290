import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { logsRequest, type OpenApi, openApi } from './testing/open-api.ts';

const T = 1_780_000_000n * 1_000_000_000n;
const QUERY = 'signal=logs&from=2026-05-28T20:20Z&to=2026-05-28T20:30Z';

let api: OpenApi;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
  const log = (gpu: string) => ({ time: T, body: 'line', attributes: { 'gpu.id': gpu } });
  await api.put('logs', logsRequest('trainer', ['0', '0', '0', '1'].map(log)));
});
afterAll(() => api[Symbol.asyncDispose]());

test('keys and values, with how often', async () => {
  const { body } = await api.get(`/api/facets?${QUERY}&key=attribute:gpu.id`);
  expect(body as object).toEqual({
    from: '2026-05-28T20:15:00.000000000Z',
    to: '2026-05-28T20:30:00.000000000Z',
    facets: [
      {
        key: 'gpu.id',
        source: 'attribute',
        records: 4,
        more: false,
        values: [
          { value: '0', records: 3 },
          { value: '1', records: 1 },
        ],
      },
    ],
  });
});

test('completion of keys and of values', async () => {
  const keys = await api.get(`/api/facets/keys?${QUERY}&search=GPU`);
  expect(keys.body as object).toEqual({ keys: [{ key: 'gpu.id', source: 'attribute', records: 4 }] });
  const values = await api.get(`/api/facets/values?${QUERY}&key=gpu.id&search=1`);
  expect(values.body as object).toEqual({
    values: [{ value: '1', records: 1 }],
    more: false,
    complete: true,
  });
});
