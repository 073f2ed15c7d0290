import type { Connection } from '@ml-otel/telemetry-store';
import type { QueryContext, ResultCache } from '@ml-otel/telemetry-store/queries';
import type { StreamTimes } from '../tail/event-stream.ts';
import type { Feeds } from '../tail/feeds.ts';
import type { QueryGate } from './query-gate.ts';

/** What every resource of the API is made of. */
export interface ApiParts {
  readonly store: Connection;
  /** Of answers about ranges that are over. */
  readonly cache: ResultCache;
  readonly gate: QueryGate;
  /** Of queries on behalf of those who watch. */
  readonly tailGate: QueryGate;
  readonly feeds: Feeds;
  readonly streamTimes: StreamTimes;
  /** Now, in nanoseconds since 1970. */
  now(): bigint;
}

/** Seconds that one query may take. */
const QUERY_SECONDS = 20;

/** Asks the store for a request: in its turn, and no longer than the caller waits. */
export function ask<T>(
  { gate, store, cache }: Pick<ApiParts, 'gate' | 'store' | 'cache'>,
  { signal }: Request,
  query: (store: Connection, context: QueryContext) => Promise<T>,
): Promise<T> {
  return gate.run(signal, () => query(store, { signal, cache, limits: { seconds: QUERY_SECONDS } }));
}
