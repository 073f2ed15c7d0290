import type { Connection } from '@ml-otel/telemetry-store';
import type { QueryContext } from '@ml-otel/telemetry-store/queries';

/** Asks the store on behalf of all who watch. */
export type TailQuery = <T>(query: (store: Connection, context: QueryContext) => Promise<T>) => Promise<T>;
