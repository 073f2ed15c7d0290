import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseTimestamp } from './timestamp.ts';

describe('parseTimestamp', () => {
  test.each([
    ['1970-01-01T00:00:00Z', [0, 0], true],
    ['2026-01-31T12:00:00.5Z', [1769860800, 500_000_000], true],
    ['2026-01-31T12:00:00.123456789Z', [1769860800, 123_456_789], true],
    ['2026-01-31T12:00:00.123456', [1769860800, 123_456_000], false],
    ['2026-01-31 12:00:00', [1769860800, 0], false],
    ['2026-01-31T14:30:00+02:30', [1769860800, 0], true],
    ['2026-01-31T07:00:00-0500', [1769860800, 0], true],
    ['2026-01-31t12:00:00z', [1769860800, 0], true],
    ['2024-02-29T00:00:00Z', [1709164800, 0], true],
  ] as const)('%s', (text, [seconds, nanoseconds], zoned) => {
    expect(parseTimestamp(text)).toEqual({ time: [seconds, nanoseconds], zoned });
  });

  test.each([
    '',
    'now',
    '2026-01-31',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:61:00Z',
    '1969-12-31T23:59:59Z',
    '2300-01-01T00:00:00Z',
    '1769860800',
    '2026-01-01T00:00:00Z; DROP',
  ])('refuses %p', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  test('agrees with Date on every instant to the millisecond', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2261-01-01'), noInvalidDate: true }), (date) => {
        const time = parseTimestamp(date.toISOString())!.time;
        expect(time[0] * 1000 + time[1] / 1e6).toBe(date.getTime());
      }),
    );
  });
});
