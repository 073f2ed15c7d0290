import { expect, test } from 'bun:test';
import { timeLabels, timeSplits } from './axes.ts';
import { colourIndex, SERIES_COLOURS, seriesToken } from './chart-theme.ts';
import { sparkPath } from './sparkline.tsx';

const HOUR = 3_600_000;

test('times along the bottom are round, and a new day is named', () => {
  const min = Date.UTC(2026, 10, 22, 20, 17);
  const splits = timeSplits({ min, max: min + 10 * HOUR, step: 3 * HOUR }, 'utc');
  expect(timeLabels(splits, 3 * HOUR, 'utc')).toEqual(['21:00', '23 Nov', '03:00', '06:00']);
  expect(timeLabels(timeSplits({ min, max: min + 60_000, step: 30_000 }, 'utc'), 30_000, 'utc')).toEqual([
    '20:17:00',
    '20:17:30',
    '20:18:00',
  ]);
});

test('a name always has the same colour, and many names have all of them', () => {
  expect(colourIndex('trainer')).toBe(colourIndex('trainer'));
  const used = new Set(Array.from({ length: 400 }, (_, index) => colourIndex(`service-${index}`)));
  expect(used.size).toBe(SERIES_COLOURS);
  expect([0, 9, 10, -1].map(seriesToken)).toEqual(['series-0', 'series-9', 'series-0', 'series-9']);
});

test('a sparkline breaks where a value is missing', () => {
  expect(sparkPath([0, 10], 100, 20)).toBe('M0.0 19.0L100.0 1.0');
  expect(sparkPath([5, null, Number.NaN, 5], 90, 20).match(/M/g)?.length).toBe(2);
  expect(sparkPath([], 90, 20)).toBe('');
  expect(sparkPath([3], 90, 20)).toStartWith('M45.0');
});
