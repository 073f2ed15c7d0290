import { describe, expect, test } from 'bun:test';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatWithUnit,
} from './format-number.ts';
import { splitFound } from './highlight.ts';
import { snippetOf, WAYS } from './send-snippets.ts';

test.each([
  [0, '0 ns'],
  [999, '999 ns'],
  [12_400, '12.4 µs'],
  [3_050_000_000, '3.05 s'],
  [134_000_000_000, '2m 14s'],
  [11_100_000_000_000, '3h 05m'],
  [200_000_000_000_000, '2d 07h'],
  [-1_500_000, '-1.5 ms'],
  [Number.NaN, '–'],
])('%d ns is %s', (nanos, text) => {
  expect(formatDuration(nanos)).toBe(text);
});

test.each([
  [0, '0'],
  [0.03124, '0.0312'],
  [3.1e-7, '3.1e-7'],
  [1_530, '1.53k'],
  [-2_000_000, '-2M'],
  [1e18, '1e18'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '∞'],
  [Number.NEGATIVE_INFINITY, '-∞'],
])('%d is %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('values with their unit', () => {
  expect(formatWithUnit(0.25, 's')).toBe('250 ms');
  expect(formatWithUnit(3_100_000, 'By')).toBe('3.1 MB');
  expect(formatWithUnit(1_200, 'By/s')).toBe('1.2 kB/s');
  expect(formatWithUnit(Number.NaN, 'By')).toBe('NaN By');
  expect(formatWithUnit(71, 'Cel')).toBe('71 °C');
  expect(formatWithUnit(412, 'J/s')).toBe('412 W');
  expect(formatWithUnit(4, '{sample}/s')).toBe('4 sample/s');
  expect(formatWithUnit(0.5, '1')).toBe('0.5');
  expect(formatBytes(2_048)).toBe('2.05 kB');
  expect([0, 500, 1e18].map(formatBytes)).toEqual(['0 B', '500 B', '1e18 B']);
  expect(formatPercent(0.0004)).toBe('<0.1%');
  expect(formatPercent(0.125)).toBe('12.5%');
  expect(formatCount(1_204)).toBe('1,204');
});

describe('what is looked for is found in a text', () => {
  const found = (text: string, wanted: string) =>
    splitFound(text, wanted)
      .filter((one) => one.found)
      .map((one) => one.text);

  test('whatever the case, as often as it is there, and nothing is lost', () => {
    expect(found('Loss loss LOSS los', 'loss')).toEqual(['Loss', 'loss', 'LOSS']);
    expect(splitFound('a(b)c', '(b)').map(({ text }) => text)).toEqual(['a', '(b)', 'c']);
  });

  test.each(['.*', '(', '[a', '\\', '$', '<b>', '👍', 'é'])('"%s" means itself', (wanted) => {
    expect(found(`x${wanted}y`, wanted)).toEqual([wanted]);
    expect(found('xyz', wanted)).toEqual([]);
  });

  test('nothing looked for is nothing found', () => {
    expect(splitFound('text', '')).toEqual([{ text: 'text', found: false }]);
    expect(splitFound('', 'x')).toEqual([{ text: '', found: false }]);
  });
});

describe('how to send the first data', () => {
  const about = { host: '127.0.0.1', otlpGrpcPort: 14317, otlpHttpPort: 14318, token: true };

  test.each(WAYS)('by %s: with the ports of this server, and the token by name', (way) => {
    for (const signal of ['logs', 'traces', 'metrics', 'runs'] as const) {
      const text = snippetOf(way, signal, about);
      expect(text).toContain(way === 'collector' ? '127.0.0.1:14317' : 'http://127.0.0.1:14318');
      expect(text).toContain('ML_OTEL_TOKEN');
      expect(snippetOf(way, signal, { ...about, token: false })).not.toContain('ML_OTEL_TOKEN');
      expect(snippetOf(way, signal, { ...about, host: '::1' })).toContain('[::1]:');
    }
  });
});
