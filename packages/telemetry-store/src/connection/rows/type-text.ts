/** A type as ClickHouse names it: `Tuple(a Float64, b Array(String))`. */
export interface TypeText {
  readonly name: string;
  readonly args: readonly TypeArgument[];
}

export interface TypeArgument {
  /** The name of a tuple's field. */
  readonly field: string | undefined;
  readonly type: TypeText;
}

/** Arguments that are no types (a time zone, a length) come out as types with odd names, which nobody asks for. */
export function parseType(text: string): TypeText {
  const open = text.indexOf('(');
  if (open < 0 || !text.endsWith(')')) return { name: text, args: [] };
  return { name: text.slice(0, open), args: splitArguments(text.slice(open + 1, -1)).map(parseArgument) };
}

function parseArgument(text: string): TypeArgument {
  const field = /^(?:`((?:[^`\\]|\\.)*)`|([A-Za-z_][\w.]*))\s+(?=\S)/.exec(text);
  if (field === null) return { field: undefined, type: parseType(text) };
  return {
    field: field[1]?.replace(/\\(.)/g, '$1') ?? field[2],
    type: parseType(text.slice(field[0].length)),
  };
}

/** At commas outside of brackets and quotes. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote !== '') {
      if (char === '\\') i++;
      else if (char === quote) quote = '';
    } else if (char === "'" || char === '`') quote = char;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
