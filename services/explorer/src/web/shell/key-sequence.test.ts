import { expect, test } from 'bun:test';
import { type Binding, KeySequence } from './key-sequence.ts';

const bindings: Binding[] = ['g r', 'g l', 'r', 'j', '?'].map((keys) => ({
  keys,
  label: keys,
  run: () => {},
}));

function pressed(...presses: [key: string, at: number][]): (string | undefined)[] {
  const sequence = new KeySequence();
  return presses.map(([key, at]) => sequence.press(key, at, bindings)?.keys);
}

test('a key, and two one after the other', () => {
  expect(pressed(['j', 0], ['g', 10], ['r', 20], ['r', 30])).toEqual(['j', undefined, 'g r', 'r']);
});

test('not too slowly, and a key that goes on to nothing is itself', () => {
  expect(pressed(['g', 0], ['r', 5_000])).toEqual([undefined, 'r']);
  expect(pressed(['g', 0], ['j', 10], ['x', 20])).toEqual([undefined, 'j', undefined]);
  expect(pressed(['g', 0], ['g', 10], ['l', 20])).toEqual([undefined, undefined, 'g l']);
});

test('what was bound last goes first', () => {
  const later = { keys: 'j', label: 'later', run: () => {} };
  expect(new KeySequence().press('j', 0, [...bindings, later])).toBe(later);
});
