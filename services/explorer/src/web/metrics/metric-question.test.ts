import { describe, expect, test } from 'bun:test';
import { aggregationOf, aggregationsOf, formatOf, notFinite, toCurves, unitOf } from './metric-question.ts';

describe('what is asked of a metric', () => {
  test.each([
    ['gauge', false, 'avg'],
    ['sum', true, 'rate'],
    ['sum', false, 'last'],
    ['histogram', false, 'quantile'],
    ['exponential_histogram', false, 'quantile'],
    ['summary', false, 'quantile'],
  ] as const)('a %s (monotonic: %p) is shown as %s', (type, monotonic, shown) => {
    expect(aggregationOf({ type, monotonic }, undefined)).toBe(shown);
  });

  test('what was asked for, unless such a metric has no such thing', () => {
    const counter = { type: 'sum', monotonic: true } as const;
    for (const possible of aggregationsOf(counter)) expect(aggregationOf(counter, possible)).toBe(possible);
    expect(aggregationOf(counter, 'quantile')).toBe('rate');
  });

  test.each([
    ['gauge', 'By', 'avg', 'By'],
    ['sum', 'By', 'rate', 'By/s'],
    ['sum', '1', 'rate', '/s'],
    ['sum', '', 'rate', '/s'],
    ['sum', '{request}', 'increase', '{request}'],
    ['histogram', 'ms', 'quantile', 'ms'],
    ['histogram', 'ms', 'rate', '/s'],
    ['summary', 'ms', 'increase', ''],
  ] as const)('of a %s in %s as %s is %s', (type, unit, aggregation, result) => {
    expect(unitOf({ type, unit }, aggregation)).toBe(result);
  });
});

test('a part of a whole is told in percent, by the name that conventions give it', () => {
  expect(formatOf('system.cpu.utilization', '1')(0.421)).toBe('42.1%');
  expect(formatOf('system.cpu.utilization', '1')(Number.NaN)).toBe('NaN');
  expect(formatOf('system.cpu.load', '1')(0.421)).toBe('0.421');
  expect(formatOf('hw.gpu.memory.usage', 'By')(8.1e9)).toBe('8.1 GB');
});

describe('curves', () => {
  test('are on one axis, null where a group has no point or one that no line can show', () => {
    expect(
      toCurves([
        { group: ['b', ''], times: [20, 30], columns: { value: [1, 'NaN'] } },
        { group: ['a', 'x'], times: [10, 30], columns: { value: [2, 3] } },
      ]),
    ).toEqual({
      times: [10, 20, 30],
      curves: [
        { name: 'b · (none)', values: [null, 1, null] },
        { name: 'a · x', values: [2, null, 3] },
      ],
    });
  });

  test('of quantiles: one for each, without count and sum', () => {
    const columns = { count: [2], sum: [6], 0.5: [2], 0.999: [4] };
    expect(toCurves([{ group: [], times: [1], columns }]).curves).toEqual([
      { name: 'p50', values: [2] },
      { name: 'p99.9', values: [4] },
    ]);
  });

  test('of a summary: the least and the greatest, which are one of a single series', () => {
    const columns = { '0.5 min': [1, 'NaN'], '0.5 max': [1, 'NaN'], '0.9 min': [2, 2], '0.9 max': [2, 5] };
    expect(toCurves([{ group: ['a'], times: [1, 2], columns }]).curves).toEqual([
      { name: 'a p50', values: [1, null] },
      { name: 'a p90 min', values: [2, 2] },
      { name: 'a p90 max', values: [2, 5] },
    ]);
  });

  test('of one group without a name: all; of none: none', () => {
    expect(toCurves([{ group: [], times: [1], columns: { value: [1] } }]).curves[0]!.name).toBe('all');
    expect(toCurves([])).toEqual({ times: [], curves: [] });
  });

  test('values that leave a gap are counted', () => {
    const columns = { 0.5: ['NaN', 1], 0.9: ['Infinity', '-Infinity'] };
    expect(notFinite([{ group: [], times: [1, 2], columns }])).toBe(3);
  });
});
