import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { ALL_TIME } from './time-range.ts';
import { growingWindows, readWindows } from './windows.ts';

test('touch, grow, and cover the range, from the newest or from the oldest', () => {
  const range = fc.tuple(fc.bigInt(0n, 2n ** 62n), fc.bigInt(0n, 2n ** 62n));
  fc.assert(
    fc.property(range, fc.constantFrom('older' as const, 'newer' as const), ([from, length], direction) => {
      const windows = [...growingWindows({ from, to: from + length }, direction)];
      expect(windows.length).toBeLessThan(15);
      const inOrder = direction === 'newer' ? windows : windows.toReversed();
      let at = from;
      for (const window of inOrder) {
        expect(window.from).toBe(at);
        expect(window.to).toBeGreaterThan(window.from);
        at = window.to;
      }
      expect(at).toBe(from + length);
    }),
  );
});

test('an empty range has none, and so has one that ends before it begins', () => {
  expect([...growingWindows({ from: 5n, to: 5n }, 'older')]).toEqual([]);
  expect([...growingWindows({ from: 5n, to: 4n }, 'newer')]).toEqual([]);
});

test('reading ends as soon as there is enough', async () => {
  const asked: number[] = [];
  const rows = await readWindows(growingWindows(ALL_TIME, 'older'), 5, async (_, wanted) => {
    asked.push(wanted);
    return ['a', 'b'].slice(0, wanted);
  });
  expect(rows).toEqual(['a', 'b', 'a', 'b', 'a']);
  expect(asked).toEqual([5, 3, 1]);
});
