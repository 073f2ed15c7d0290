import type { Connection } from '@ml-otel/telemetry-store';
import type { QueryContext } from '@ml-otel/telemetry-store/queries';
import type { QueryGate } from './query-gate.ts';

/** What every resource of the API is made of. */
export interface ApiParts {
  readonly store: Connection;
  readonly gate: QueryGate;
  /** Now, in nanoseconds since 1970. */
  now(): bigint;
}

/** Seconds that one query may take. */
const QUERY_SECONDS = 20;

/** Asks the store for a request: in its turn, and no longer than the caller waits. */
export function ask<T>(
  { gate, store }: Pick<ApiParts, 'gate' | 'store'>,
  { signal }: Request,
  query: (store: Connection, context: QueryContext) => Promise<T>,
): Promise<T> {
  return gate.run(signal, () => query(store, { signal, limits: { seconds: QUERY_SECONDS } }));
}
