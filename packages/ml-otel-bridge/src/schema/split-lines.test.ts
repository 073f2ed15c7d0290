import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type Line, splitLines } from './split-lines.ts';

async function linesOf(chunks: Uint8Array[], maxBytes: number): Promise<Line[]> {
  async function* stream() {
    yield* chunks;
  }
  return await Array.fromAsync(splitLines(stream(), maxBytes));
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('splitLines', () => {
  test('gives the same lines however the stream is cut, characters of several bytes too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !line.includes('\n'))),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const all = bytes(lines.map((line) => `${line}\n`).join(''));
          const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
            all.slice(index * size, (index + 1) * size),
          );
          expect(await linesOf(chunks, 1_000_000)).toEqual(lines.map((text) => ({ text })));
        },
      ),
    );
  });

  test('the last line needs no end', async () => {
    expect(await linesOf([bytes('a\nb')], 10)).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  test('a line that is too long is skipped to its end, and those after it are read', async () => {
    const long = 'x'.repeat(50);
    const expected = [{ text: 'a' }, { tooLong: true as const }, { text: 'b' }, { tooLong: true as const }];
    expect(await linesOf([bytes(`a\n${long}\nb\n${long}`)], 10)).toEqual(expected);
    expect(await linesOf([...`a\n${long}\nb\n${long}`].map(bytes), 10)).toEqual(expected);
  });
});
