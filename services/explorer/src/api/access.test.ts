import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Hono } from 'hono';
import { admitByToken } from '../access/admission.ts';
import { createSessions } from '../access/sessions.ts';
import { createHttpApp } from '../http-app.ts';
import { timedChanges } from '../tail/changes.ts';
import { createApi } from './app.ts';
import { ABOUT, type OpenApi, openApi } from './testing/open-api.ts';

const TOKEN = { current: () => 'secret' };
const ACCESS = { admission: admitByToken(TOKEN), sessions: createSessions(TOKEN) };
const HERE = 'http://explorer.example:3000';

let api: OpenApi;
let open: Hono;
let closed: Hono;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
  open = api.app;
  closed = createApi({
    access: ACCESS,
    changes: timedChanges(),
    about: ABOUT,
    store: api.store,
    onFault: (error) => api.faults.push(error),
  });
});
afterAll(() => api[Symbol.asyncDispose]());

type Headers = Record<string, string>;
const ask = (app: Hono, headers: Headers, path = '/api/logs', method = 'GET', body?: string) =>
  app.request(`${HERE}${path}`, {
    method,
    headers: { host: 'explorer.example:3000', ...headers },
    ...(body !== undefined && { body }),
  });
const JSON_BODY = { 'content-type': 'application/json' };
const signIn = (token: string, headers: Headers = {}) =>
  ask(closed, { ...JSON_BODY, ...headers }, '/api/session', 'POST', JSON.stringify({ token }));
const cookieOf = (answer: Response) => answer.headers.get('set-cookie')!.split(';')[0]!;

describe('without a token', () => {
  test.each([
    [{ host: 'localhost:3000' }, 200],
    [{ host: '127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }, 200],
    [{ host: '[::1]:3000', 'sec-fetch-site': 'none' }, 200],
    // A name that an attacker made to point here.
    [{ host: 'rebound.example:3000' }, 403],
    [{ host: 'rebound.example:3000', origin: 'http://rebound.example:3000' }, 403],
    [{ host: 'localhost.evil.example' }, 403],
    [{ host: 'localhost:3000', origin: 'https://evil.example' }, 403],
    [{ host: 'localhost:3000', 'sec-fetch-site': 'cross-site' }, 403],
    // Another page of this machine is another page.
    [{ host: 'localhost:3000', origin: 'http://localhost:5173' }, 403],
    [{ host: 'localhost:3000', 'sec-fetch-site': 'same-site' }, 403],
    [{ host: 'localhost:3000', origin: 'null' }, 403],
  ])('%p is answered with %d', async (headers, status) => {
    expect((await ask(open, headers as Headers)).status).toBe(status);
    expect((await ask(open, headers as Headers, '/api/runs/none', 'DELETE')).status).toBe(
      status === 200 ? 404 : 403,
    );
  });
});

describe('with a token', () => {
  test('its bearer comes in; others are told how', async () => {
    expect((await ask(closed, { authorization: 'Bearer secret' })).status).toBe(200);
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { cookie: 'ml_otel_session=x' }]) {
      const answer = await ask(closed, headers as Headers);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="explorer"',
      ]);
    }
    expect((await ask(closed, {}, '/api/openapi.json')).status).toBe(401);
    expect((await ask(closed, {}, '/api/nothing')).status).toBe(401);
  });

  test('a browser signs in, asks, and signs out', async () => {
    expect(await (await ask(closed, {}, '/api/session')).json()).toEqual({ needed: true, signedIn: false });
    const refused = await signIn('wrong');
    expect([refused.status, refused.headers.get('set-cookie')]).toEqual([401, null]);
    const answer = await signIn('secret', { 'sec-fetch-site': 'same-origin' });
    const flags = answer.headers.get('set-cookie')!;
    expect(flags).toContain('HttpOnly');
    expect(flags).toContain('SameSite=Strict');
    expect(flags).not.toContain('Secure');
    const cookie = cookieOf(answer);
    expect(cookie).not.toContain('secret');
    expect((await ask(closed, { cookie })).status).toBe(200);
    expect(await (await ask(closed, { cookie }, '/api/session')).json()).toEqual({
      needed: true,
      signedIn: true,
    });
    await ask(closed, { cookie }, '/api/session', 'DELETE');
    expect((await ask(closed, { cookie })).status).toBe(401);
  });

  test('over TLS the cookie is for TLS only', async () => {
    const answer = await signIn('secret', { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')).toContain('Secure');
  });

  test('a page of another site can do nothing with the session, nor sign in', async () => {
    const cookie = cookieOf(await signIn('secret'));
    for (const from of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'http://explorer.example:4000' },
    ] as Headers[]) {
      expect((await ask(closed, { cookie, ...from })).status).toBe(403);
      expect((await ask(closed, { cookie, ...from }, '/api/runs/none', 'DELETE')).status).toBe(403);
      expect((await signIn('secret', from)).status).toBe(403);
    }
    const own = { cookie, origin: 'http://explorer.example:3000' };
    expect((await ask(closed, own, '/api/runs/none', 'DELETE')).status).toBe(404);
  });
});

test('a browser is told to run, show and frame nothing of others', async () => {
  const nothing = open.basePath('/none');
  const app = createHttpApp({ page: nothing, operations: nothing, api: open });
  const { headers } = await app.request('http://localhost:3000/api/logs');
  const policy = headers.get('content-security-policy')!;
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
  ])
    expect(policy).toContain(rule);
  expect(policy).not.toContain('unsafe');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});
