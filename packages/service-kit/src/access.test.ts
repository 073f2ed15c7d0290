import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeBearer } from './bearer-token.ts';
import { isLocalHostHeader, isLocalOrigin, isLoopback } from './local-host.ts';
import { openTokenFile, tokenSource } from './token-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-kit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['Bearer abc', 'right'],
  ['bearer  abc ', 'right'],
  ['Bearer abd', 'wrong'],
  ['Bearer abcabcabcabc', 'wrong'],
  ['Basic abc', 'missing'],
  ['Bearer', 'missing'],
  ['', 'missing'],
  [null, 'missing'],
] as const)('%p is %s', (header, verdict) => {
  expect(judgeBearer(header, { current: () => 'abc' })).toBe(verdict);
});

test('a token file is read again; what cannot be used leaves the token as it was', () => {
  const path = join(folder, 'token');
  writeFileSync(path, 'one\n');
  const source = openTokenFile(path);
  writeFileSync(path, 'two');
  expect(source.current()).toBe('one');
  expect(source.reload()).toBeUndefined();
  expect(source.current()).toBe('two');
  writeFileSync(path, 'not a token');
  expect(source.reload()).toContain('expected a file with a token');
  expect(source.current()).toBe('two');
  expect(() => openTokenFile(join(folder, 'none'))).toThrow();
});

test('a token comes from its value, from a file, or from nowhere', () => {
  const logger = { warn() {} };
  expect(tokenSource({ token: 'a', tokenFile: undefined }, logger)?.current()).toBe('a');
  expect(tokenSource({ token: undefined, tokenFile: undefined }, logger)).toBeUndefined();
});

test.each(['localhost', 'LOCALHOST.', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])(
  '%s is loopback',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each(['0.0.0.0', '10.0.0.1', 'localhost.evil.com', '127.0.0.1.evil.com', '::', 'evil'])(
  '%s is not',
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);

test('headers of a browser', () => {
  expect(isLocalHostHeader('localhost:9091')).toBe(true);
  expect(isLocalHostHeader('[::1]:9091')).toBe(true);
  expect(isLocalHostHeader('evil.com:9091')).toBe(false);
  expect(isLocalOrigin('http://127.0.0.1:3000')).toBe(true);
  expect(isLocalOrigin('https://evil.com')).toBe(false);
  expect(isLocalOrigin('null')).toBe(false);
});
