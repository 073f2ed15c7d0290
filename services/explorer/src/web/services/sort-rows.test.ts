import { expect, test } from 'bun:test';
import type { ServiceRow } from './services-query.ts';
import { type SortKey, sortRows } from './sort-rows.ts';

const row = (service: string, figures: Partial<ServiceRow>): ServiceRow => ({
  service,
  operation: `${service} /`,
  requests: 10,
  rate: 1,
  errors: 0,
  durations: [1, 2, 3],
  ...figures,
});

const ROWS = [
  row('b', { rate: 5, errors: 1, durations: [3, 4, 9] }),
  row('a', { rate: 9, errors: 9, requests: 100, durations: [1, 8, 8] }),
  row('none', { rate: 0, requests: 0, durations: ['NaN', 'NaN', 'NaN'] }),
  row('C', { rate: 1, errors: 5, durations: [2, 2, 2] }),
];

test.each([
  ['service', 'a b C none', 'none C b a'],
  ['rate', 'a b C none', 'none C b a'],
  // Errors are a part of the requests; what had none comes last, whichever way.
  ['errors', 'C b a none', 'a b C none'],
  ['p50', 'b C a none', 'a C b none'],
  ['p90', 'a b C none', 'C b a none'],
  ['p99', 'b a C none', 'C a b none'],
] as [SortKey, string, string][])('by %s', (key, descending, ascending) => {
  const names = (order: 'asc' | 'desc') =>
    sortRows(ROWS, key, order, 'service')
      .map(({ service }) => service)
      .join(' ');
  expect([names('desc'), names('asc')]).toEqual([descending, ascending]);
});

test('operations have names of their own; the rows that were given stay as they were', () => {
  const rows = [row('x', { operation: 'z' }), row('x', { operation: 'y' })];
  expect(sortRows(rows, 'service', 'desc', 'operation').map(({ operation }) => operation)).toEqual([
    'y',
    'z',
  ]);
  expect(rows.map(({ operation }) => operation)).toEqual(['z', 'y']);
});

test('an infinite duration is no figure', () => {
  const rows = [row('x', { durations: ['Infinity', 1, 1] }), row('y', {})];
  expect(sortRows(rows, 'p50', 'desc', 'service').map(({ service }) => service)).toEqual(['y', 'x']);
});
