import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { StoreError } from '@ml-otel/telemetry-store';
import { AnnouncedChanges } from '../tail/changes.ts';
import { createApi } from './app.ts';
import { HOSTILE_VALUES } from './testing/hostile-values.ts';
import {
  ABOUT,
  logsRequest,
  metricRequest,
  numberPoint,
  type OpenApi,
  openApi,
  tracesRequest,
} from './testing/open-api.ts';
import {
  answerChecker,
  type OpenApiDocument,
  type OpenApiOperation,
  readDocument,
} from './testing/openapi-document.ts';
import { requestPath } from './testing/sample-requests.ts';
import { curveRequest } from './testing/training.ts';

const SECOND = 1_000_000_000n;
const T = BigInt(Date.now()) * 1_000_000n - 60n * SECOND;

setDefaultTimeout(60_000);

let api: OpenApi;
let document: OpenApiDocument;
let check: ReturnType<typeof answerChecker>;
beforeAll(async () => {
  api = await openApi();
  await api.put('logs', logsRequest('trainer', [{ time: T, body: 'line' }], { 'job.id': 'run' }));
  const span = { traceId: 'ab'.repeat(16), spanId: '01'.repeat(8), name: 'step', start: T, duration: SECOND };
  await api.put('traces', tracesRequest('trainer', [span], { 'job.id': 'run' }));
  const gauge = { dataPoints: [numberPoint({ time: T, value: 1 })] };
  await api.put('metrics', metricRequest('trainer', { name: 'load', gauge }, { 'job.id': 'run' }));
  await api.put('metrics', curveRequest('run', [1, Number.NaN], { start: T }));
  document = await readDocument(api.app);
  check = answerChecker(document);
}, 30_000);
afterAll(() => api[Symbol.asyncDispose]());

/** Of these, a value that is nowhere in the data fits no row. */
const EXACT = new Set([
  'service',
  'run',
  'operation',
  'text',
  'trace',
  'search',
  'model',
  'dataset',
  'project',
  'tag',
]);

/** What no answer may hold: of a file, of the engine, of our own code. */
const LEAKS = [
  /root:.*:0:0:/,
  /DB::Exception/,
  /\bat .+\.ts:\d+/,
  /node_modules/,
  /\/work\//,
  /system\.(tables|users)\b.*engine/i,
];

/** How {@link refusing} answers where a question got as far as the store. */
const REACHED = 503;

/** The API over a store that is never there: it tells cheaply which values are refused before. */
const refusing = createApi({
  access: undefined,
  about: ABOUT,
  changes: new AnnouncedChanges(),
  store: {
    query: unavailable,
    command: unavailable,
    insertBytes: unavailable,
    close: () => Promise.resolve(),
  },
  onFault: () => {},
});

function unavailable(): Promise<never> {
  return Promise.reject(new StoreError('not there', { reason: 'unavailable' }));
}

async function ask(
  path: string,
  operation: OpenApiOperation,
  values: Record<string, string> = {},
  app = api.app,
) {
  const lastId = values['Last-Event-ID'];
  const headers: Record<string, string> =
    lastId !== undefined && isHeaderValue(lastId) ? { 'Last-Event-ID': lastId } : {};
  const answer = await app.request(requestPath(path, operation, values), { headers });
  const type = answer.headers.get('content-type') ?? '';
  const endless = type === 'text/event-stream';
  const text = endless ? '' : await answer.text();
  if (endless) await answer.body!.cancel();
  return {
    status: answer.status,
    text,
    problem: check(operation, { status: answer.status, type, text }),
    leak: LEAKS.find((pattern) => pattern.test(text))?.source,
  };
}

function rowsIn(text: string): number {
  const body = text.startsWith('{') && text.includes('"rows":') ? JSON.parse(text) : {};
  return (body.rows ?? []).length;
}

describe('every endpoint', () => {
  test('answers a plain question as it says it does', async () => {
    for (const [path, operation] of reads()) {
      const { status, problem, text } = await ask(path, operation);
      expect([path, status, problem, status === 200 ? '' : text]).toEqual([path, 200, undefined, '']);
    }
  });

  test('is described: each with a summary, each parameter with a description', () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const { summary, parameters = [] } of Object.values(methods)) {
        expect([path, summary !== undefined]).toEqual([path, true]);
        for (const { name, description } of parameters)
          expect([path, name, description]).not.toContain(undefined);
      }
  });

  test(`withstands ${HOSTILE_VALUES.length} hostile values in each parameter`, async () => {
    const wrong: object[] = [];
    let taken = 0;
    const questions = [...reads()].flatMap(([path, operation]) =>
      HOSTILE_VALUES.map((value) => ({ path, operation, value })),
    );
    const next = questions.values();
    const worker = async () => {
      for (const { path, operation, value } of next) {
        // What is not refused goes into the store, all at once: it reaches the SQL of each parameter in one query.
        const names: string[] = [];
        for (const { name } of operation.parameters ?? []) {
          const { status, problem, leak } = await ask(path, operation, { [name]: value }, refusing);
          if (status === REACHED) names.push(name);
          else if (status >= 500 || problem !== undefined || leak !== undefined)
            wrong.push({ path, name, value: value.slice(0, 80), status, problem, leak });
        }
        if (names.length === 0) continue;
        taken += names.length;
        const values = Object.fromEntries(names.map((name) => [name, value]));
        const { status, text, problem, leak } = await ask(path, operation, values);
        const rows = status === 200 && names.some((name) => EXACT.has(name)) ? rowsIn(text) : 0;
        if (status >= 500 || problem !== undefined || leak !== undefined || rows > 0)
          wrong.push({
            path,
            names,
            value: value.slice(0, 80),
            status,
            problem,
            leak,
            rows,
            text: text.slice(0, 200),
          });
      }
    };
    await Promise.all([worker(), worker(), worker()]);
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(api.faults).toEqual([]);
    expect(taken).toBeGreaterThan(questions.length);
    const [left] = await api.store.query<{ logs: string }>('SELECT count() AS logs FROM otel_logs');
    expect(left).toEqual({ logs: '1' });
  }, 900_000);

  test('refuses a parameter that it does not know, and one that is there twice', async () => {
    for (const [path, operation] of reads()) {
      if (!(operation.parameters ?? []).some((parameter) => parameter.in === 'query')) continue;
      const known = requestPath(path, operation);
      const unknown = `${known}${known.includes('?') ? '&' : '?'}${encodeURIComponent("x' OR 1=1")}=1`;
      expect([path, (await api.app.request(unknown)).status]).toEqual([path, 400]);
    }
    expect((await api.get('/api/logs?limit=1&limit=2')).status).toBe(400);
    expect((await api.get('/api/logs?__proto__=1')).status).toBe(400);
  });
});

/** Others cannot be sent at all. */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value);
}

/** Every GET, with its path. */
function* reads(): Generator<[path: string, operation: OpenApiOperation]> {
  for (const [path, { get }] of Object.entries(document.paths)) if (get !== undefined) yield [path, get];
}
