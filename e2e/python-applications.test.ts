import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { freePorts } from '../scripts/free-port.ts';
import { type AnsweredSpan, askExplorer, type Query, RECENT } from './support/ask-explorer.ts';
import { runApplications } from './support/python-applications.ts';
import { installPythonSdk } from './support/python-sdk.ts';
import { type Service, startService } from './support/service.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The first time Python's packages are installed. */
setDefaultTimeout(900_000);

let scope: AsyncDisposableStack;
let explorer: Service;
let answer: unknown;

/** The programs 'shop.py' and 'front.py' of the README. */
beforeAll(async () => {
  scope = new AsyncDisposableStack();
  const sdk = scope.use(await installPythonSdk(['flask', 'fastapi'], ['uvicorn', 'httpx']));
  const folder = scope.use(await tempFolder());
  const [grpc, http] = await freePorts(2);
  explorer = scope.use(
    await startService('explorer', {
      ML_OTEL_DATA_DIR: join(folder.path, 'data'),
      OTLP_GRPC_PORT: String(grpc),
      OTLP_HTTP_PORT: String(http),
    }),
  );
  answer = await runApplications(sdk, `http://127.0.0.1:${http}`);
});
afterAll(() => scope.disposeAsync());

const ask = <Answer>(path: string, query?: Query) => askExplorer<Answer>(explorer.url, path, query);

/** The id of the one trace that is over both services. */
async function traceOfBoth(): Promise<string> {
  const { rows } = await ask<{ rows: { traceId: string; services: string[] }[] }>('/api/traces', RECENT);
  const both = rows.filter(({ services }) => services.length > 1);
  expect(both.map(({ services }) => services)).toEqual([['front', 'shop']]);
  return both[0]!.traceId;
}

test('the order is answered', () => expect(answer).toEqual({ item: 'tea', total: 7.5 }));

test('one trace over both: the shop answers the call that the front makes', async () => {
  const { spans } = await ask<{ spans: AnsweredSpan[] }>(`/api/traces/${await traceOfBoth()}`);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const described = spans.map((span) => {
    const parent = byId.get(span.parentSpanId);
    return [
      span.service,
      span.kind,
      span.name,
      parent === undefined ? '' : `${parent.service} ${parent.kind}`,
    ];
  });
  expect(described.toSorted()).toEqual([
    ['front', 'Client', 'GET', 'front Server'],
    ['front', 'Server', 'GET /orders/{item}', ''],
    ['shop', 'Server', 'GET /prices/<item>', 'front Client'],
  ]);
  expect(spans.find(({ kind }) => kind === 'Client')!.attributes).toMatchObject({
    'http.request.method': 'GET',
    'http.response.status_code': '200',
  });
});

test('what both log carries the trace and the span of their request', async () => {
  const traceId = await traceOfBoth();
  const { spans } = await ask<{ spans: AnsweredSpan[] }>(`/api/traces/${traceId}`);
  type Log = { body: string; service: string; spanId: string };
  const { rows } = await ask<{ rows: Log[] }>('/api/logs', [...RECENT, ['trace', traceId]]);
  const found = rows
    .filter(({ body }) => /of tea w/.test(body))
    .map(({ body, service, spanId }) => [service, body, spans.find((span) => span.spanId === spanId)?.name]);
  expect(found.toSorted()).toEqual([
    ['front', '3 of tea were ordered', 'GET /orders/{item}'],
    ['shop', 'the price of tea was asked for', 'GET /prices/<item>'],
  ]);
});

test('the duration of requests is a metric of both, by route', async () => {
  const { groups } = await ask<{ groups: { group: string[]; columns: Record<string, number[]> }[] }>(
    '/api/metrics/query',
    [
      ...RECENT,
      ['metric', 'http.server.request.duration'],
      ['aggregation', 'quantile'],
      ['step', '1h'],
      ['groupBy', 'service.name'],
      ['groupBy', 'http.route'],
      ['filter', 'http.response.status_code:eq:200'],
    ],
  );
  expect(groups.map(({ group }) => group).toSorted()).toEqual([
    ['front', '/orders/{item}'],
    ['shop', '/prices/<item>'],
  ]);
});
