import { parseType, type TypeText } from './type-text.ts';

/** Turns a value as JSON has it into the value as it is; undefined where they are the same. */
export type Decode = ((value: unknown) => unknown) | undefined;

const NOT_FINITE: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  '-nan': Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/**
 * For a column of this type. JSON has no NaN and no infinity, so ClickHouse quotes them
 * (`output_format_json_quote_denormals`); only a type tells such a number from a string `nan`.
 */
export function decoderOf(type: string): Decode {
  return /\b(B?Float\d+)\b/.test(type) ? decoder(parseType(type)) : undefined;
}

function decoder({ name, args }: TypeText): Decode {
  switch (name) {
    case 'Float32':
    case 'Float64':
    case 'BFloat16':
      return (value) => (typeof value === 'string' ? (NOT_FINITE[value] ?? Number(value)) : value);
    case 'Nullable':
    case 'LowCardinality':
      return decoder(args[0]!.type);
    case 'SimpleAggregateFunction':
      return decoder(args[1]!.type);
    case 'Array':
      return forArray(decoder(args[0]!.type));
    case 'Map':
      return forMap(decoder(args[1]!.type));
    case 'Tuple':
      return forTuple(args.map(({ field, type }) => ({ field, decode: decoder(type) })));
    case 'Nested':
      return forArray(forTuple(args.map(({ field, type }) => ({ field, decode: decoder(type) }))));
    default:
      return undefined;
  }
}

function forArray(decode: Decode): Decode {
  return decode && ((value) => (Array.isArray(value) ? value.map(decode) : value));
}

function forMap(decode: Decode): Decode {
  return (
    decode &&
    ((value) =>
      Object.fromEntries(
        Object.entries(value as Record<string, unknown>).map(([key, entry]) => [key, decode(entry)]),
      ))
  );
}

/** A tuple with names is an object in JSON, one without is an array. */
function forTuple(fields: readonly { field: string | undefined; decode: Decode }[]): Decode {
  return (value) => {
    if (Array.isArray(value)) return value.map((entry, index) => fields[index]?.decode?.(entry) ?? entry);
    const object = { ...(value as Record<string, unknown>) };
    for (const { field, decode } of fields) {
      if (field !== undefined && decode !== undefined) object[field] = decode(object[field]);
    }
    return object;
  };
}
