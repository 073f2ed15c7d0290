import { Hono } from 'hono';
import { securityHeaders } from './access/security-headers.ts';

export interface HttpAppParts {
  /** The page and its files. Before the rest, because a browser that goes to `/metrics` means the page. */
  readonly page: Hono;
  /** Health, readiness, own metrics. */
  readonly operations: Hono;
  /** Everything under `/api`. */
  readonly api: Hono;
}

/** All that is served on the explorer's port. Each part decides itself whom it answers. */
export function createHttpApp({ page, operations, api }: HttpAppParts): Hono {
  return new Hono().use(securityHeaders()).route('/', page).route('/', operations).route('/', api);
}
