import * as v from 'valibot';

/** What the address may say for one view: a schema for each name. What is missing is undefined. */
export type SearchEntries = Readonly<Record<string, v.GenericSchema<unknown, unknown>>>;

export type SearchOf<E extends SearchEntries> = { readonly [K in keyof E]?: v.InferOutput<E[K]> };

/** Text of a query string as values by name; a name that comes several times is a list. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const before = found[name];
    found[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return { ...found };
}

/** The other way round. What is undefined, empty or an empty list is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && one !== '' && one !== false) params.append(name, String(one));
  const text = params.toString().replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2F/g, '/');
  return text === '' ? '' : `?${text}`;
}

/**
 * Reads each value by itself: one that is not right is undefined, so that no address can break a view. (Undefined, not
 * missing: the router lays what is read over what the address has.)
 */
export function readSearch<E extends SearchEntries>(
  entries: E,
  raw: Readonly<Record<string, unknown>>,
): SearchOf<E> {
  const read: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(entries)) {
    if (raw[name] === undefined) continue;
    const parsed = v.safeParse(schema, raw[name]);
    read[name] = parsed.success ? parsed.output : undefined;
  }
  return read as SearchOf<E>;
}

/** The names of values that {@link readSearch} cannot use. Names that nobody asked for are not told. */
export function badSearch(entries: SearchEntries, raw: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(entries)
    .filter(([name, schema]) => raw[name] !== undefined && !v.safeParse(schema, raw[name]).success)
    .map(([name]) => name);
}
