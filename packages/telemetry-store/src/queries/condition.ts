import type { Parameters } from '../connection/connection.ts';

/** A part of a WHERE. Its text is ours alone: what was asked for travels in the parameters. */
export interface Condition {
  readonly sql: string;
  readonly params: Parameters;
}

/** One that binds a single value; undefined where there is none, and so nothing to ask. */
export function bound(
  value: unknown,
  name: string,
  sql: string,
  toParameter: (value: never) => unknown = (same) => same,
): Condition | undefined {
  return value === undefined ? undefined : { sql, params: { [name]: toParameter(value as never) } };
}

/** All of them; always true where there are none. Each has parameter names of its own. */
export function allOf(conditions: readonly (Condition | undefined)[]): Condition {
  const given = conditions.filter((condition) => condition !== undefined);
  return {
    sql: given.length === 0 ? '1' : given.map(({ sql }) => `(${sql})`).join(' AND '),
    params: Object.assign({}, ...given.map(({ params }) => params)),
  };
}
