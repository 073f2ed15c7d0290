import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  logsRequest,
  metricRequest,
  numberPoint,
  type OpenApi,
  openApi,
  tracesRequest,
} from './testing/open-api.ts';

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
const RANGE = 'from=2026-05-28T00:00Z&to=2026-05-30T00:00Z';
const COUNT = 5_000;

let api: OpenApi;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
  // Hundreds at one moment, over the borders of the pages that are read.
  const logs = Array.from({ length: COUNT }, (_, i) => ({
    time: T + BigInt(i >> 9) * SECOND,
    body: `=line ${i}`,
  }));
  await api.put('logs', logsRequest('trainer', logs));
  const span = {
    traceId: 'ab'.repeat(16),
    spanId: '01'.repeat(8),
    name: '@step',
    start: T,
    duration: SECOND,
  };
  await api.put('traces', tracesRequest('trainer', [span]));
  const dataPoints = [1, Number.NaN].map((value, i) =>
    numberPoint({ time: T + BigInt(i) * SECOND, value, attributes: { gpu: '=0' } }),
  );
  await api.put('metrics', metricRequest('trainer', { name: 'load', gauge: { dataPoints } }));
});
afterAll(() => api[Symbol.asyncDispose]());

const fetchText = async (path: string) => {
  const answer = await api.app.request(path);
  return { answer, text: await answer.text() };
};

describe('export', () => {
  test('every log record once, a line each', async () => {
    const { answer, text } = await fetchText(`/api/export/logs?${RANGE}`);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="logs.ndjson"');
    const bodies = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { body: string }).body);
    expect([bodies.length, new Set(bodies).size]).toEqual([COUNT, COUNT]);
  });

  test('as CSV, with nothing that a sheet would run; no more than asked for', async () => {
    const { answer, text } = await fetchText(`/api/export/logs?${RANGE}&format=csv&limit=2001&order=newer`);
    expect(answer.headers.get('content-type')).toStartWith('text/csv');
    const lines = text.trimEnd().split('\r\n');
    expect([lines.length, lines[0]]).toEqual([
      2_002,
      'time,id,severityNumber,severityText,service,body,eventName,traceId,spanId,scope,attributes,resource',
    ]);
    expect(lines[1]).toContain(",'=line ");
    expect(text).not.toContain(',=line');
  });

  test('spans and metrics', async () => {
    const spans = await fetchText(`/api/export/spans?${RANGE}&format=csv`);
    expect(spans.text.split('\r\n')[1]).toContain(",'@step,");
    const metric = await fetchText(
      '/api/export/metrics?metric=load&step=1s&groupBy=gpu&format=csv&from=2026-05-28T20:26:40Z&to=2026-05-28T20:27:00Z',
    );
    expect(metric.text).toBe(
      "time,gpu,value\r\n2026-05-28T20:26:40.000000000Z,'=0,1\r\n2026-05-28T20:26:41.000000000Z,'=0,NaN\r\n",
    );
  });

  test('nothing is a file of no rows; what is wrong is told before it begins', async () => {
    const { text } = await fetchText('/api/export/spans?from=2020-01-01&to=2020-01-02&format=csv');
    expect(text).toStartWith('traceId,spanId,');
    expect(text.trimEnd().split('\r\n')).toHaveLength(1);
    expect((await api.get('/api/export/logs?format=xml')).status).toBe(400);
  });

  test('who goes is read for no further', async () => {
    const answer = await api.app.request(`/api/export/logs?${RANGE}`);
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  });
});
