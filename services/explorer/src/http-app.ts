import { Hono } from 'hono';
import { securityHeaders } from './access/security-headers.ts';
import { nameQueries } from './telemetry/name-queries.ts';
import type { QueryMetrics } from './telemetry/query-metrics.ts';

export interface HttpAppParts {
  /** The page and its files. Before the rest, because a browser that goes to `/metrics` means the page. */
  readonly page: Hono;
  /** Health, readiness, own metrics. */
  readonly operations: Hono;
  /** Everything under `/api`. */
  readonly api: Hono;
  /** Told which request a query is for, where someone counts them. */
  readonly queries?: Pick<QueryMetrics, 'named'>;
}

/** All that is served on the explorer's port. Each part decides itself whom it answers. */
export function createHttpApp({ page, operations, api, queries = UNCOUNTED }: HttpAppParts): Hono {
  return new Hono()
    .use(securityHeaders())
    .use('/api/*', nameQueries(queries))
    .route('/', page)
    .route('/', operations)
    .route('/', api);
}

const UNCOUNTED: Pick<QueryMetrics, 'named'> = { named: (_name, work) => work() };
