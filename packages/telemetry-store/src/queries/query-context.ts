import type { QueryOptions } from '../connection/connection.ts';

/** For whoever asks: an abort that ends the query in the engine too, and limits other than the usual ones, of each statement. */
export type QueryContext = Pick<QueryOptions, 'signal' | 'limits'>;
