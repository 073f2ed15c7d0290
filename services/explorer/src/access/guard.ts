import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { Problem, problemResponse } from '../api/problem.ts';
import type { Admission } from './admission.ts';
import { isLocalCaller } from './local-caller.ts';
import { callerOf } from './origin.ts';
import { cookieOptions, SESSION_COOKIE } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

/** How those are known who may come in; absent where everybody on this machine may. */
export interface Access {
  readonly admission: Admission;
  readonly sessions: Sessions;
}

const FOREIGN = new Problem(
  'forbidden',
  'without a token the explorer answers to this machine only, under the name localhost or its loopback address',
);
const OTHER_PAGE = new Problem('forbidden', 'a page of another site may not ask this');
const NO_TOKEN = new Problem(
  'unauthorized',
  'send "Authorization: Bearer <token>", or sign in at /api/session',
);

/** Where one signs in, for which no token can be asked. */
const OPEN_PATH = '/api/session';

/**
 * Lets in whoever carries the token or a session of it; without a token whoever is local. A page of another site is
 * turned away in either case, so that it can neither change anything nor make work.
 */
export function guard(access: Access | undefined): MiddlewareHandler {
  return async (c, next) => {
    const { headers } = c.req.raw;
    if (access === undefined && !isLocalCaller(headers)) return problemResponse(FOREIGN);
    if (access?.admission.admits(headers.get('authorization'))) return next();
    if (callerOf(headers) === 'other page') return problemResponse(OTHER_PAGE);
    if (access === undefined || c.req.path === OPEN_PATH) return next();
    const { good, renewed } = access.sessions.check(getCookie(c, SESSION_COOKIE) ?? '');
    if (!good) return problemResponse(NO_TOKEN);
    if (renewed !== undefined) setCookie(c, SESSION_COOKIE, renewed, cookieOptions(c));
    return next();
  };
}
