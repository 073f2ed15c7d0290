import { expect, test } from 'bun:test';
import { decoderOf } from './type-decoder.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

test.each([
  ['Float64', 'nan', nan],
  ['Float32', '-inf', -inf],
  ['Nullable(Float64)', null, null],
  ['SimpleAggregateFunction(max, Float64)', 'inf', inf],
  ['Array(Array(Float32))', [['nan', 1]], [[nan, 1]]],
  ['Map(LowCardinality(String), Float64)', { nan: 'nan' }, { nan }],
  ['Tuple(String, Float64)', ['nan', 'nan'], ['nan', nan]],
  [
    "Tuple(a DateTime64(9, 'UTC'), `b (,) c` Array(Float64))",
    { a: 'nan', 'b (,) c': ['inf'] },
    { a: 'nan', 'b (,) c': [inf] },
  ],
  ['Nested(name String, value Float64)', [{ name: 'nan', value: 'nan' }], [{ name: 'nan', value: nan }]],
])('%s', (type, json, value) => {
  expect(decoderOf(type)?.(json)).toEqual(value);
});

test.each(['String', 'Array(String)', "Enum8('Float64' = 1)", 'UInt64'])('%s is as in JSON', (type) => {
  const decode = decoderOf(type);
  expect(decode === undefined ? 'nan' : decode('nan')).toBe('nan');
});
