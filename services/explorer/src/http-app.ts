import { Hono } from 'hono';
import { securityHeaders } from './access/security-headers.ts';

export interface HttpAppParts {
  /** Health, readiness, own metrics. */
  readonly operations: Hono;
  /** Everything under `/api`. */
  readonly api: Hono;
}

/** All that is served on the explorer's port. Each part decides itself whom it answers. */
export function createHttpApp({ operations, api }: HttpAppParts): Hono {
  return new Hono().use(securityHeaders()).route('/', operations).route('/', api);
}
