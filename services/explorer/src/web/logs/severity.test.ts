import { expect, test } from 'bun:test';
import { leastNumber, SEVERITIES, severityOf } from './severity.ts';

test('each class has four numbers, and the least of them', () => {
  for (const severity of SEVERITIES.filter((one) => one !== 'unset')) {
    const least = leastNumber(severity);
    expect([0, 1, 2, 3].map((by) => severityOf(least + by))).toEqual([
      severity,
      severity,
      severity,
      severity,
    ]);
    expect(severityOf(least - 1)).not.toBe(severity);
  }
});

test.each([0, -1, 25, 255, Number.NaN])('%d is none of them', (number) => {
  expect(severityOf(number)).toBe('unset');
});
