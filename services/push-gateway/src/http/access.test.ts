import { describe, expect, test } from 'bun:test';
import { requireLocalCaller, requireToken } from './access.ts';

const statusOf = (guard: typeof requireLocalCaller, headers: Record<string, string>) =>
  guard(new Headers(headers))?.status;

describe('requireToken', () => {
  const guard = requireToken({ current: () => 'correct-token' });

  for (const authorization of ['Bearer correct-token', 'bearer correct-token', 'Bearer   correct-token ']) {
    test(`lets in ${JSON.stringify(authorization)}`, () => {
      expect(statusOf(guard, { authorization })).toBeUndefined();
    });
  }

  for (const authorization of [
    '',
    'Bearer',
    'Bearer wrong',
    'Bearer correct-token2',
    'Basic correct-token',
    'correct-token',
    'Bearer correct token',
  ]) {
    test(`401 for ${JSON.stringify(authorization)}`, async () => {
      const response = guard(new Headers({ authorization }));
      expect(response?.status).toBe(401);
      expect(response?.headers.get('www-authenticate')).toStartWith('Bearer realm=');
      expect(await response?.text()).not.toContain('correct-token');
    });
  }

  test('a token that changes holds at once', () => {
    let token = 'old';
    const changing = requireToken({ current: () => token });
    token = 'new';
    expect(statusOf(changing, { authorization: 'Bearer old' })).toBe(401);
    expect(statusOf(changing, { authorization: 'Bearer new' })).toBeUndefined();
  });
});

describe('requireLocalCaller', () => {
  const local: Record<string, string>[] = [
    {},
    { host: 'localhost:9091' },
    { host: '127.0.0.1:9091' },
    { host: '[::1]:9091' },
    { host: '[::1]' },
    { host: 'localhost', origin: 'http://localhost:3000' },
  ];
  for (const headers of local) {
    test(`lets in ${JSON.stringify(headers)}`, () => {
      expect(statusOf(requireLocalCaller, headers)).toBeUndefined();
    });
  }

  const foreign: Record<string, string>[] = [
    { host: 'rebound.example:9091' },
    { host: '127.0.0.1.example' },
    { host: '192.168.1.7:9091' },
    { host: '' },
    { host: 'localhost', origin: 'https://evil.example' },
    { host: 'localhost', origin: 'https://localhost.evil.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', origin: '' },
  ];
  for (const headers of foreign) {
    test(`403 for ${JSON.stringify(headers)}`, () => {
      expect(statusOf(requireLocalCaller, headers)).toBe(403);
    });
  }
});
