/**
 * Levels of arrays and maps inside one another that are decoded into columns; what lies deeper is kept as the bytes it
 * came as, marked (`otlp_json_0` in the migrations). Each level doubles what an insert costs before its first row (35,
 * 66, 141, 318 ms of CPU with 0, 1, 2, 3 levels for spans), so attributes have one, and a log's body, which is a
 * run's configuration, three. `common.proto` names the same levels.
 */
const ATTRIBUTE_LEVELS = 1;
const BODY_LEVELS = 3;

/** Which member of the `oneof` was there: an empty string or an empty array is not the same as none. */
const KIND =
  "kind Enum8('unset' = 0, 'string' = 1, 'bool' = 2, 'int' = 3, 'double' = 4, 'array' = 5, 'map' = 6, 'bytes' = 7)";

const PLAIN_KIND = "kind Enum8('unset' = 0, 'string' = 1, 'bool' = 2, 'int' = 3, 'double' = 4, 'bytes' = 7)";

/** The type of a log's body. */
export function bodyType(): string {
  return anyValue(BODY_LEVELS);
}

/** The type of a list of attributes. */
export function keyValues(levels = ATTRIBUTE_LEVELS): string {
  return `Array(Tuple(key String, value ${anyValue(levels)}))`;
}

/** The type of one value that is neither an array nor a map: `PlainValue` of `plain-common.proto`. */
export function plainValue(): string {
  return `Tuple(${PLAIN_KIND}, string_value String, bool_value Bool, int_value Int64, double_value Float64, bytes_value String)`;
}

/** The type of a list of attributes with such values only. */
export function plainKeyValues(): string {
  return `Array(Tuple(key String, value ${plainValue()}))`;
}

function anyValue(levels: number): string {
  const nested =
    levels === 0
      ? 'array_value String, kvlist_value String'
      : `array_value Tuple(values Array(${anyValue(levels - 1)})), kvlist_value Tuple(values ${keyValues(levels - 1)})`;
  return `Tuple(${KIND}, string_value String, bool_value Bool, int_value Int64, double_value Float64, ${nested}, bytes_value String)`;
}
