import type { Parameters } from '../connection/connection.ts';
import type { Condition } from './condition.ts';

/** Nanoseconds since 1970; `from` belongs to the range, `to` does not. */
export interface TimeRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** The last moment that a DateTime64(9) can hold. */
const END_OF_TIME = 2n ** 63n - 1n;

/** From 1970 on. */
export const ALL_TIME: TimeRange = { from: 0n, to: END_OF_TIME };

export const NANOS_PER_SECOND = 1_000_000_000n;

/** The bounds as the parameters `from` and `to`, both `Int64`. Bounds beyond what a time can be are brought inside. */
export function rangeParameters(range: TimeRange): Parameters {
  return { from: within(range.from), to: within(range.to) };
}

/**
 * A column of whole seconds that begin in a range; binds `fromSecond` and `toSecond`.
 *
 * @param name binds `<name>_fromSecond` and so on, for a statement with several ranges
 */
export function secondsIn(column: 'Quarter' | 'Minute', range: TimeRange, name?: string): Condition {
  const at = (parameter: string) => (name === undefined ? parameter : `${name}_${parameter}`);
  const last = END_OF_TIME / NANOS_PER_SECOND;
  const second = (nanos: bigint) => earlier(later(ceiling(nanos), 0n), last);
  return {
    sql: `${column} >= fromUnixTimestamp64Second({${at('fromSecond')}:Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Second({${at('toSecond')}:Int64}, 'UTC')`,
    params: { [at('fromSecond')]: second(range.from), [at('toSecond')]: second(range.to) },
  };
}

/** In seconds, upward. */
function ceiling(nanos: bigint): bigint {
  const whole = nanos / NANOS_PER_SECOND;
  return whole * NANOS_PER_SECOND < nanos ? whole + 1n : whole;
}

export function isEmptyRange({ from, to }: TimeRange): boolean {
  return from >= to;
}

export function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

export function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

function within(nanos: bigint): bigint {
  return earlier(later(nanos, -END_OF_TIME), END_OF_TIME);
}
