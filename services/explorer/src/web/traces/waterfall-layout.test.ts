import { describe, expect, test } from 'bun:test';
import { readDuration } from './duration-input.tsx';
import { type LaidSpan, parentsOf, scaleSteps, toRows, toTree, withAncestors } from './waterfall-layout.ts';

function span(spanId: string, parentSpanId = '', start = 0, duration = 10): LaidSpan {
  return { spanId, parentSpanId, start, duration };
}

function lines(
  spans: readonly LaidSpan[],
  collapsed: readonly string[] = [],
  only?: ReadonlySet<string>,
): string[] {
  return toRows(toTree(spans), new Set(collapsed), only).map(
    (row) =>
      `${'-'.repeat(row.depth)}${row.span.spanId}${row.orphan ? '?' : ''}${row.collapsed ? `+${row.below}` : ''}`,
  );
}

const TRACE = [span('c', 'a', 5), span('a'), span('b', 'a', 1), span('d', 'b', 2), span('e', 'b', 2, 20)];

describe('a waterfall', () => {
  test('has children below their parents, in the order of their starts, the longer first', () => {
    expect(lines(TRACE)).toEqual(['a', '-b', '--e', '--d', '-c']);
  });

  test('hides what is below a collapsed span, and says how much that is', () => {
    expect(lines(TRACE, ['b'])).toEqual(['a', '-b+2', '-c']);
    expect(lines(TRACE, ['a'])).toEqual(['a+4']);
    expect([...parentsOf(toTree(TRACE))].sort()).toEqual(['a', 'b']);
  });

  test('has a root for each span whose parent has not come', () => {
    expect(lines([span('x', 'gone', 3), span('a'), span('y', 'x', 4)])).toEqual(['a', 'x?', '-y']);
  });

  test('has an end where spans are their own parents, or each other’s', () => {
    expect(lines([span('x', 'x')])).toEqual(['x?']);
    expect(lines([span('x', 'y', 1), span('y', 'x', 2), span('z', 'y', 3)])).toEqual(['x?', '-y', '--z']);
  });

  test('has one of two spans with one id', () => {
    expect(lines([span('a'), span('a', '', 5), span('b', 'a')])).toEqual(['a', '-b']);
  });

  test('is laid out without recursion: a chain of 50,000', () => {
    const chain = Array.from({ length: 50_000 }, (_, index) =>
      span(`s${index}`, index === 0 ? '' : `s${index - 1}`, index),
    );
    const rows = toRows(toTree(chain), new Set());
    expect(rows.length).toBe(50_000);
    expect(rows.at(-1)!.depth).toBe(49_999);
    expect(rows[0]!.below).toBe(49_999);
  });

  test('shows what is looked for, and what is above it', () => {
    const only = withAncestors(toTree(TRACE), ({ spanId }) => spanId === 'd');
    expect(lines(TRACE, [], only)).toEqual(['a', '-b', '--d']);
    expect(lines(TRACE, [], new Set())).toEqual([]);
  });

  test('of nothing is nothing', () => {
    expect(lines([])).toEqual([]);
  });
});

test.each([1, 999, 12_345, 7e6, 3.3e9, 1e15])(
  'the scale of %d ns has a few round steps within it',
  (duration) => {
    const steps = scaleSteps(duration);
    expect(steps[0]).toBe(0);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps.length).toBeLessThanOrEqual(8);
    expect(steps.at(-1)!).toBeLessThanOrEqual(duration);
  },
);

test('the scale of nothing is nothing', () => {
  expect(scaleSteps(0)).toEqual([0]);
  expect(scaleSteps(Number.NaN)).toEqual([0]);
});

test.each([
  ['250', '250ms'],
  ['≥ 1.5 s', '1.5s'],
  ['20µs', '20us'],
  ['', undefined],
  ['fast', undefined],
  ['-1s', undefined],
  ['1y', undefined],
])('a duration typed as "%s"', (text, read) => {
  expect(readDuration(text)).toBe(read as string);
});
