import type { Context } from 'hono';
import { SESSION_SECONDS } from './sessions.ts';

export const SESSION_COOKIE = 'ml_otel_session';

/** For this host alone, not for scripts, and not with requests of other sites. */
export function cookieOptions(c: Context) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    // A proxy before us may be who speaks TLS. Whoever lies about it keeps only their own cookie from themselves.
    secure: new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https',
    maxAge: SESSION_SECONDS,
  } as const;
}
