import { describe, expect, test } from 'bun:test';
import { decodeNested } from './nested-values.ts';

const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');
const text = (value: string) => [...Buffer.from(value)];
/** A field that has a length. */
const field = (number: number, ...bytes: number[]) => [(number << 3) | 2, bytes.length, ...bytes];

describe('what the store keeps as bytes', () => {
  test('is shown as JSON, at any depth, where it stood', () => {
    // ["a", 3, [true]]
    const inner = field(1, 0x10, 1);
    const array = [
      ...field(1, ...field(1, ...text('a'))),
      ...field(1, 0x18, 3),
      ...field(1, ...field(5, ...inner)),
    ];
    expect(decodeNested(`[1,{"otlp.array_value":"${base64(...array)}"}]`)).toBe('[1,["a",3,[true]]]');
  });

  test('maps by key; whole numbers with all their digits; what is no number by name', () => {
    const entry = (key: string, ...value: number[]) =>
      field(1, ...field(1, ...text(key)), ...field(2, ...value));
    const map = [
      ...entry('b', 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
      ...entry('a', 0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f),
      ...entry('c', ...field(7, 1, 2)),
    ];
    expect(decodeNested(`{"otlp.kvlist_value":"${base64(...map)}"}`)).toBe(
      '{"a":"NaN","b":9223372036854775807,"c":"AQI="}',
    );
  });

  test('and what is no such bytes, or only looks like it, stays as it is', () => {
    for (const value of [
      'plain',
      '{"otlp.array_value":"!"}',
      `{"otlp.array_value":"${base64(0x0a, 200)}"}`,
      `{"otlp.kvlist_value":"${base64(0x0a, 2, 0x12, 9)}"}`,
      JSON.stringify('{"otlp.array_value":"CgA="}'),
    ])
      expect(decodeNested(value)).toBe(value);
  });

  test('nesting without end is not followed', () => {
    let array: number[] = [];
    for (let depth = 0; depth < 110 && array.length < 120; depth++) array = field(1, ...field(5, ...array));
    const short = `{"otlp.array_value":"${base64(...array)}"}`;
    expect(decodeNested(short)).toStartWith('[[[');
    const long = Buffer.alloc(60_000, 0x0a).toString('base64');
    expect(decodeNested(`{"otlp.array_value":"${long}"}`)).toContain('otlp.array_value');
  });
});
