import { describe, expect, test } from 'bun:test';
import { createReadingTurns } from './reading-turns.ts';

describe('reading turns', () => {
  test('so many at once, the others in their order; who gives up waiting takes no turn', () => {
    const turns = createReadingTurns(2);
    const begun: string[] = [];
    const [a, b, c] = ['a', 'b', 'c', 'd'].map((name) => turns.take(() => void begun.push(name)));
    expect(begun).toEqual(['a', 'b']);
    c!();
    a!();
    a!();
    expect(begun).toEqual(['a', 'b', 'd']);
    b!();
    turns.take(() => void begun.push('e'));
    expect(begun).toEqual(['a', 'b', 'd', 'e']);
  });
});
