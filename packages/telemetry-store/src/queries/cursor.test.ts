import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, type Gap } from './cursor.ts';
import { QueryError } from './query-error.ts';

const gap = fc.record<Gap>({
  time: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  id: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
  seen: fc.nat(1_000_000),
  side: fc.constantFrom('newer', 'older'),
});

test('comes back as it went, as text that a URL takes', () => {
  fc.assert(
    fc.property(gap, (given) => {
      const text = encodeCursor('logs', given);
      expect(text).toMatch(/^[\w-]+$/);
      expect(decodeCursor('logs', text, 'UInt64')).toEqual(given);
    }),
  );
});

const packed = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const good = { v: 1, l: 'logs', t: '1', i: '2', n: 0, s: 'newer' };

test.each([
  ['nothing', ''],
  ['no base64', '!!'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['bytes', Buffer.from([0, 255, 254]).toString('base64url')],
  ['null', packed(null)],
  ['an array', packed([good])],
  ['another version', packed({ ...good, v: 2 })],
  ['another list', packed({ ...good, l: 'traces' })],
  ['a field too many', packed({ ...good, sql: '1' })],
  ['SQL for an id', packed({ ...good, i: '1) OR 1=1 --' })],
  ['an id beyond 64 bits', packed({ ...good, i: '18446744073709551616' })],
  ['an id with a zero before it, which the engine does not read', packed({ ...good, i: '02' })],
  ['no id', packed({ ...good, i: '' })],
  ['a time beyond 64 bits', packed({ ...good, t: '9223372036854775808' })],
  ['a time that is a number', packed({ ...good, t: 1 })],
  ['a negative count', packed({ ...good, n: -1 })],
  ['a vast count', packed({ ...good, n: 1e15 })],
  ['a side that is none', packed({ ...good, s: 'up' })],
  ['too much', 'a'.repeat(100_000)],
])('%s is a QueryError', (_, text) => {
  const decode = () => decodeCursor('logs', text, 'UInt64');
  expect(decode).toThrow(QueryError);
  expect(decode).toThrow('ask again without one');
});

test('whatever text it is, it is a gap or a QueryError', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((json) => Buffer.from(json).toString('base64url')),
      ),
      (text) => {
        expect(() => decodeCursor('logs', text, 'UInt64')).toThrow(QueryError);
      },
    ),
  );
});
