import { describe, expect, test } from 'bun:test';
import { ago, fullTime, inputTime, rangeLabel, readInputTime } from './format-time.ts';
import { absoluteRange, PRESETS, rangeWith, resolveRange, scaleRange, shiftRange } from './time-range.ts';
import { isTimeText, parseTimeText } from './time-text.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 3, 27, 41);

describe('a time in the address', () => {
  test.each([
    ['now', NOW],
    ['now-15m', NOW - 900_000],
    ['now+2h', NOW + 7_200_000],
    ['now-1w', NOW - 604_800_000],
    ['2026-11-22', Date.UTC(2026, 10, 22)],
    ['2026-11-22T14:03', Date.UTC(2026, 10, 22, 14, 3)],
    ['2026-11-22T14:03:27.041Z', NOW],
    ['2026-11-22T15:03:27.041+01:00', NOW],
    ['2026-11-22T14:03:27.041999999Z', NOW],
  ])('%s', (text, millis) => {
    expect(parseTimeText(text, NOW)).toBe(millis);
    expect(isTimeText(text)).toBe(true);
  });

  test.each([
    '',
    'yesterday',
    'now-',
    'now-1y',
    'now - 1h',
    'now-1h; DROP',
    'now-9999999h',
    '14:03',
    '1763820207',
    '2026-13-01',
    '2026-11-22T25:00',
    '1969-12-31T23:59:59Z',
    '9999-01-01',
    'NaN',
  ])('not "%s"', (text) => {
    expect(isTimeText(text)).toBe(false);
  });
});

describe('a range', () => {
  test.each(PRESETS)('$label has a name and lies before now', ({ label, range }) => {
    const { from, to } = resolveRange(range, NOW);
    expect(to).toBe(NOW);
    expect(from).toBeLessThan(NOW);
    expect(rangeLabel(range, 'utc')).toBe(label);
  });

  test('is never empty, and never the wrong way round', () => {
    expect(resolveRange({ from: 'now', to: 'now' }, NOW)).toEqual({ from: NOW, to: NOW + 1 });
    expect(resolveRange({ from: 'now', to: 'now-1h' }, NOW)).toEqual({ from: NOW - 3_600_000, to: NOW });
    expect(resolveRange({ from: 'nonsense', to: 'nonsense' }, NOW)).toEqual({
      from: NOW - 3_600_000,
      to: NOW,
    });
    const { from, to } = absoluteRange({ from: 1_000.4, to: 1_000.4 });
    expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(1);
  });

  test('moves and grows', () => {
    const range = { from: 1_000_000, to: 2_000_000 };
    expect(shiftRange(range, -0.5)).toEqual({ from: 500_000, to: 1_500_000 });
    expect(scaleRange(range, 2)).toEqual({ from: 500_000, to: 2_500_000 });
    expect(scaleRange(scaleRange(range, 0.5), 2)).toEqual(range);
    expect(shiftRange(range, -10).from).toBe(0);
  });

  test('has a moment in it: as it is, or as wide around the moment', () => {
    const range = { from: 1_000, to: 3_000 };
    expect(rangeWith(range, 1_000)).toBe(range);
    expect(rangeWith(range, 3_000)).toEqual({ from: 2_000, to: 4_000 });
    expect(rangeWith(range, 500)).toEqual({ from: 0, to: 1_500 });
  });
});

test('times of a form are read back as they were written, in either zone', () => {
  for (const zone of ['local', 'utc'] as const) {
    const whole = Math.floor(NOW / 1_000) * 1_000;
    expect(readInputTime(inputTime(whole, zone), zone)).toBe(whole);
  }
  expect(readInputTime('', 'utc')).toBeUndefined();
});

test('a time in full, and how long ago', () => {
  expect(fullTime(NOW, 'utc')).toBe('2026-11-22 14:03:27.041 UTC');
  expect([5_000, 125_000, 7_200_000, 200_000_000].map((millis) => ago(NOW - millis, NOW))).toEqual([
    '5s ago',
    '2m ago',
    '2h ago',
    '2d ago',
  ]);
});
