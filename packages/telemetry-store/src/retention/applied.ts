import type { Connection } from '../connection/connection.ts';
import type { Days } from './retention.ts';
import type { Retained } from './signal-tables.ts';

/** The retention that was last applied to each signal; a signal without one was kept for ever. */
export async function readApplied(connection: Connection): Promise<ReadonlyMap<Retained, Days>> {
  const rows = await connection.query<{ signal: Retained; days: number }>(
    'SELECT Signal AS signal, argMax(Days, At) AS days FROM retention_applied GROUP BY Signal',
  );
  return new Map(rows.map(({ signal, days }) => [signal, days === 0 ? undefined : days]));
}

export async function recordApplied(connection: Connection, signal: Retained, days: Days): Promise<void> {
  await connection.command(
    'INSERT INTO retention_applied (Signal, Days) SELECT {signal:String}, {days:UInt32}',
    { params: { signal, days: days ?? 0 } },
  );
}
