import type { Connection } from '@ml-otel/telemetry-store';
import { ResultCache } from '@ml-otel/telemetry-store/queries';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { type Access, guard } from '../access/guard.ts';
import type { Changes } from '../tail/changes.ts';
import { STREAM_TIMES, type StreamTimes } from '../tail/event-stream.ts';
import { Feeds } from '../tail/feeds.ts';
import { type About, aboutRoute } from './about.ts';
import { exportRoutes } from './export.ts';
import { facetRoutes } from './facets.ts';
import { logRoutes } from './logs.ts';
import { metricRoutes } from './metrics.ts';
import { documentRoute } from './openapi.ts';
import type { ApiParts } from './parts.ts';
import { Problem, problemResponse } from './problem.ts';
import { QueryGate } from './query-gate.ts';
import { runRoutes } from './runs.ts';
import { seriesRoutes } from './series.ts';
import { serviceRoutes } from './services.ts';
import { sessionRoutes } from './session.ts';
import { tailRoutes } from './tail.ts';
import { toProblem } from './to-problem.ts';
import { traceRoutes } from './traces.ts';
import { answerUnknown } from './unknown-path.ts';

export interface ApiOptions {
  readonly access: Access | undefined;
  readonly store: Connection;
  readonly about: About;
  /** Told of what nobody expected. */
  onFault(error: unknown): void;
  /** Nanoseconds since 1970. By default the clock's. */
  readonly now?: () => bigint;
  /** What there may be news by. */
  readonly changes: Changes;
  readonly streamTimes?: StreamTimes;
  /** Queries at once, and those that may wait for their turn. */
  readonly queries?: { readonly running: number; readonly waiting: number };
}

/** One less than the store has readers: what watches for new data has its own. */
const QUERIES = { running: 3, waiting: 100 };
const TAIL_QUERIES = { running: 1, waiting: 500 };

/** The API as the typed client sees it: `hc<Api>(url)`. */
export type Api = ReturnType<typeof resources>;

function resources(access: Access | undefined, about: About, parts: ApiParts) {
  return new Hono()
    .route('/', sessionRoutes(access))
    .route('/', aboutRoute(about))
    .route('/', runRoutes(parts))
    .route('/', seriesRoutes(parts))
    .route('/', logRoutes(parts))
    .route('/', traceRoutes(parts))
    .route('/', metricRoutes(parts))
    .route('/', serviceRoutes(parts))
    .route('/', facetRoutes(parts))
    .route('/', exportRoutes(parts))
    .route('/', tailRoutes(parts));
}

/** The HTTP API: everything under `/api`, for those who may come in. */
export function createApi({
  access,
  store,
  about,
  onFault,
  now = clock,
  queries = QUERIES,
  changes,
  streamTimes = STREAM_TIMES,
}: ApiOptions): Hono {
  const routes = resources(access, about, {
    store,
    cache: new ResultCache(store),
    now,
    gate: new QueryGate(queries),
    tailGate: new QueryGate(TAIL_QUERIES),
    feeds: new Feeds({ changes, onFault }),
    streamTimes,
  });
  const app = new Hono();
  app.use(
    '/api/*',
    guard(access),
    bodyLimit({ maxSize: MAX_BODY, onError: tooLong }),
    compress({ threshold: 4_096 }),
    etagIfKept,
  );
  app.route('/', routes);
  app.get('/api/openapi.json', documentRoute(routes));
  app.all('/api/*', (c) => answerUnknown(app.routes, c.req.path));
  app.onError((error, c) => {
    const problem = toProblem(error);
    if (problem.kind === 'fault' && !c.req.raw.signal.aborted) onFault(error);
    return problemResponse(problem);
  });
  return app;
}

function clock(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** Of a request's body, bytes. */
const MAX_BODY = 1 << 20;

function tooLong(): never {
  throw new Problem('too-large', `a body may have ${MAX_BODY} bytes`);
}

/** An answer that may be kept has a name, by which it need not be sent again. */
const nameAnswer = etag();
const etagIfKept: MiddlewareHandler = async (c, next) => {
  await next();
  const kept = c.res.headers.get('cache-control')?.includes('max-age') === true;
  if (kept && c.res.headers.get('content-type')?.startsWith('application/json')) await nameAnswer(c, DONE);
};
const DONE = async () => {};
