import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as v from 'valibot';
import type { Access } from '../access/guard.ts';
import { cookieOptions, SESSION_COOKIE } from '../access/session-cookie.ts';
import { BODY_PROBLEMS, body, operation } from './describe.ts';
import { Problem } from './problem.ts';

const TAG = 'session';

const STATE = v.object({
  needed: v.pipe(v.boolean(), v.description('Whether a token or a session is needed here at all.')),
  signedIn: v.pipe(v.boolean(), v.description('Whether this request carries a good one, or needs none.')),
});

const CREDENTIALS = v.strictObject({
  token: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096), v.description('The token of ML_OTEL_TOKEN.')),
});

/** How a browser signs in with the token and out again. The guard lets these through. */
export function sessionRoutes(access: Access | undefined) {
  return new Hono()
    .get('/api/session', operation({ tag: TAG, summary: 'Whether one is signed in', answer: STATE }), (c) => {
      c.header('cache-control', 'no-store');
      if (access === undefined) return c.json({ needed: false, signedIn: true });
      const signedIn =
        access.admission.admits(c.req.header('authorization')) ||
        access.sessions.check(getCookie(c, SESSION_COOKIE) ?? '').good;
      return c.json({ needed: true, signedIn });
    })
    .post(
      '/api/session',
      operation({
        tag: TAG,
        summary: 'Sign in',
        description:
          'Sets a cookie that stands for the token, for as long as it is used twice a day, at most a week.',
        problems: BODY_PROBLEMS,
        answer: STATE,
      }),
      body(CREDENTIALS),
      (c) => {
        c.header('cache-control', 'no-store');
        if (access === undefined) return c.json({ needed: false, signedIn: true });
        if (!access.admission.admits(`Bearer ${c.req.valid('json').token}`))
          throw new Problem('unauthorized', 'this is not the token');
        setCookie(c, SESSION_COOKIE, access.sessions.open(), cookieOptions(c));
        return c.json({ needed: true, signedIn: true });
      },
    )
    .delete('/api/session', operation({ tag: TAG, summary: 'Sign out', answer: STATE }), (c) => {
      c.header('cache-control', 'no-store');
      access?.sessions.end(getCookie(c, SESSION_COOKIE) ?? '');
      deleteCookie(c, SESSION_COOKIE, { path: '/' });
      return c.json({ needed: access !== undefined, signedIn: access === undefined });
    });
}
