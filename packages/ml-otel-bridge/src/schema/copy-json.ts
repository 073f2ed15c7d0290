import type { Parsed } from './issue.ts';

/** What JSON can hold, with the numbers that Python's `json` writes besides (NaN, the infinities). */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * A copy of plain data that holds JSON and nothing else, each part of it read once. Members that are undefined are
 * left out, as JSON.stringify does; anything else that is not JSON (a bigint, a function), too much or too deep (a loop
 * of references) gives an issue.
 *
 * @throws what a getter or a proxy throws
 */
export function copyJson(
  input: unknown,
  limits: { readonly values: number; readonly depth: number },
): Parsed<Json> {
  let values = 0;
  let problem: string | undefined;

  const copy = (value: unknown, depth: number): Json => {
    values += 1;
    if (values > limits.values || depth > limits.depth) {
      problem ??= `larger than ${limits.values} values or deeper than ${limits.depth} levels`;
      return null;
    }
    if (
      value === null ||
      typeof value === 'boolean' ||
      typeof value === 'number' ||
      typeof value === 'string'
    )
      return value;
    if (Array.isArray(value)) return value.slice(0, limits.values + 1).map((item) => copy(item, depth + 1));
    if (typeof value !== 'object') {
      problem ??= `expected JSON, got ${typeof value}`;
      return null;
    }
    const members: [string, Json][] = [];
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) members.push([key, copy(item, depth + 1)]);
      if (problem !== undefined) break;
    }
    return Object.fromEntries(members);
  };

  const value = copy(input, 0);
  return problem === undefined
    ? { ok: true, value }
    : { ok: false, issues: [{ path: '', message: problem }] };
}
