import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';

const value = (text: string) => {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : parsed.issues;
};

describe('parseJson', () => {
  test('reads the words that Python writes, wherever a value may stand', () => {
    expect(value('{"a":NaN,"b":[Infinity,-Infinity],"c":1}')).toEqual({
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      c: 1,
    });
    expect(value('NaN')).toBe(Number.NaN);
  });

  test('leaves them alone inside strings and keys', () => {
    const text = String.raw`{"NaN":"NaN, -Infinity \" NaN","\\":NaN,"x\\\"":"Infinity"}`;
    expect(value(text)).toEqual({ NaN: 'NaN, -Infinity " NaN', '\\': Number.NaN, 'x\\"': 'Infinity' });
  });

  test('does not take a word that only looks like one', () => {
    for (const text of [
      '{"a":NaNa}',
      '{"a":-NaN}',
      '{"a":Infinite}',
      '{"a":nan}',
      '[NaN',
      'NaN NaN',
      '{NaN:1}',
    ]) {
      expect(parseJson(text).ok).toBe(false);
    }
  });

  test('a string that spells the word with escapes stays a string', () => {
    expect(value(String.raw`["\u004eaN", NaN]`)).toEqual(['NaN', Number.NaN]);
  });

  test('says what is wrong, shortly and without a stack', () => {
    const parsed = parseJson('{"a": 1,}');
    expect(parsed).toMatchObject({ ok: false, issues: [{ path: '' }] });
    expect(JSON.stringify(parsed)).toContain('not JSON');
  });

  test('hostile texts neither throw nor take long: unfinished strings, escapes without end, deep nesting', () => {
    const hostile = [
      `NaN"${'\\"'.repeat(200_000)}`,
      `NaN${'"'.repeat(200_001)}`,
      `[NaN,${'['.repeat(200_000)}`,
      `${'{"a":'.repeat(100_000)}NaN`,
      `NaN"${'\\'.repeat(200_001)}`,
    ];
    for (const text of hostile) expect(parseJson(text).ok).toBe(false);
  });

  test('agrees with JSON.parse on all JSON, and with itself on JSON with words', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(value(text)).toEqual(JSON.parse(text));
        expect(value(`[${text},NaN]`)).toEqual([JSON.parse(text), Number.NaN]);
      }),
    );
  });

  test('any text gives a value or an issue', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof parseJson(`${text}NaN`).ok).toBe('boolean');
      }),
    );
  });
});
