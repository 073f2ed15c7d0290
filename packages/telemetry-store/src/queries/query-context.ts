import type { Connection, Parameters, QueryOptions } from '../connection/connection.ts';
import type { Reads } from './cache/part-versions.ts';
import type { ResultCache } from './cache/result-cache.ts';

/**
 * For whoever asks: an abort that ends the query in the engine too, limits other than the usual ones, of each statement,
 * and a cache of the same connection for answers that cannot change any more.
 */
export interface QueryContext extends Pick<QueryOptions, 'signal' | 'limits'> {
  readonly cache?: ResultCache | undefined;
}

/** A statement that tells of nothing but rows of one range. */
export interface RangeStatement extends Reads {
  readonly sql: string;
  readonly params: Parameters;
}

/** Its rows, from the cache where there is one. */
export function readRange<Row>(
  connection: Connection,
  { sql, params, ...reads }: RangeStatement,
  { cache, ...options }: QueryContext,
): Promise<Row[]> {
  const asked = { ...options, params };
  return cache === undefined ? connection.query<Row>(sql, asked) : cache.query<Row>(sql, asked, reads);
}
