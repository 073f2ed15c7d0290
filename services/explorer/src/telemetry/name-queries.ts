import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { QueryMetrics } from './query-metrics.ts';

/** Counts the queries of a request under its route, such as `GET /api/runs/:id`: parameters stay out of it. */
export function nameQueries({ named }: Pick<QueryMetrics, 'named'>): MiddlewareHandler {
  return (c, next) => {
    const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'));
    return route === undefined ? next() : named(`${c.req.method} ${route.path}`, next);
  };
}
