import { type Context, Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import type { RequestMetrics } from '../telemetry/request-metrics.ts';
import type { Guard } from './access.ts';
import { problem } from './problem.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Answered to everyone; the others only to those whom the guard lets in. */
  readonly open: boolean;
  readonly handle: (c: Context) => Response | Promise<Response>;
}

export interface RoutesOptions {
  readonly guard: Guard;
  readonly requests: RequestMetrics;
  /** Told of what no handler expected. */
  onFault(error: unknown): void;
}

/**
 * An app of these routes. Guard and measurement are wrapped around each handler instead of being middleware: Hono calls
 * the only handler of a route directly, and composes promises around it where there are several.
 */
export function createRoutes(routes: readonly Route[], { guard, requests, onFault }: RoutesOptions): Hono {
  const app = new Hono({ getPath: pathOf });
  for (const route of routes) {
    const measure = requests.route(route.path, route.method);
    app.on(route.method, route.path, async (c) => {
      const start = performance.now();
      const denied = route.open ? undefined : guard(c.req.raw.headers);
      const response = denied ?? (await handleSafely(route, c, onFault));
      measure(response.status, (performance.now() - start) / 1_000);
      return response;
    });
  }

  const allowed = new Map(routes.map(({ path, method }) => [path, method === 'GET' ? 'GET, HEAD' : method]));
  const measureMissed = requests.route('', '_OTHER');
  app.notFound((c) => {
    const allow = allowed.get(c.req.path);
    const response =
      allow === undefined
        ? problem(404, 'not-found', `there are ${[...allowed.keys()].join(', ')}`)
        : problem(405, 'method-not-allowed', `use ${allow}`, { headers: { allow } });
    measureMissed(response.status, 0);
    return response;
  });
  return app;
}

/** A fault is logged, and the caller learns nothing of the inside. */
async function handleSafely(route: Route, c: Context, onFault: (error: unknown) => void): Promise<Response> {
  try {
    return await route.handle(c);
  } catch (error) {
    onFault(error);
    return problem(500, 'internal', 'this is a fault of the gateway; its log says more');
  }
}

/** Without a `Host` (HTTP/1.0, as some health probes speak) Bun's URL is the path alone, which Hono does not read. */
function pathOf(request: Request): string {
  return request.url.startsWith('/') ? request.url.split('?', 1)[0]! : getPath(request);
}
