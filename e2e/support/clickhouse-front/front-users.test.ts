import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { isKnown, readUsers } from './front-users.ts';

const XML = await Bun.file(join(import.meta.dir, '../../../clickhouse/users.d/users.xml')).text();
const PASSWORDS = { CLICKHOUSE_COLLECTOR_PASSWORD: 'w:1', CLICKHOUSE_EXPLORER_PASSWORD: 'r' };
const users = readUsers(XML, PASSWORDS);
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

test.each([
  ['Basic', new Request('http://x/', { headers: basic('collector:w:1') }), true],
  [
    'headers',
    new Request('http://x/', { headers: { 'x-clickhouse-user': 'explorer', 'x-clickhouse-key': 'r' } }),
    true,
  ],
  ['parameters', new Request('http://x/?user=explorer&password=r'), true],
  ['another password', new Request('http://x/', { headers: basic('collector:r') }), false],
  ['no password', new Request('http://x/?user=explorer'), false],
  ['nobody', new Request('http://x/'), false],
  ['the default user', new Request('http://x/?user=default&password='), false],
])('who is known, by %s', (_, request, known) => {
  expect(isKnown(users, request)).toBe(known);
});

test('a user without a password is a fault of the settings', () => {
  expect(() => readUsers(XML, { ...PASSWORDS, CLICKHOUSE_EXPLORER_PASSWORD: '' })).toThrow(
    'CLICKHOUSE_EXPLORER_PASSWORD is not set',
  );
});
