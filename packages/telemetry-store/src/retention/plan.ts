import type { Connection } from '../connection/connection.ts';
import { readApplied } from './applied.ts';
import { type Expired, findExpired } from './expired.ts';
import { type Days, isShorter, type Retention } from './retention.ts';
import { RETAINED, type Retained } from './signal-tables.ts';

/** What a retention would do to one signal. */
export interface SignalPlan {
  readonly signal: Retained;
  /** As it is asked for now, and as it was last applied. */
  readonly days: Days;
  readonly applied: Days;
  /** Goes at the next pass. */
  readonly expired: readonly Expired[];
  /** Would go besides, but waits until the shorter retention is confirmed. */
  readonly held: readonly Expired[];
}

export interface PlanOptions {
  readonly now: Date;
  /** Whether someone who has seen what it deletes agreed to this retention of a signal. Default: nobody did. */
  readonly isConfirmed?: (signal: Retained, days: number) => boolean;
}

/**
 * What a retention will delete, before it does. One that is shorter than what was last applied, and that would delete more
 * than that, is held until it is confirmed: a slip in a setting must not delete a year at the next start.
 */
export async function planRetention(
  connection: Connection,
  retention: Retention,
  { now, isConfirmed = () => false }: PlanOptions,
): Promise<SignalPlan[]> {
  const all = await readApplied(connection);
  return Promise.all(
    RETAINED.map(async (signal) => {
      const days = retention[signal];
      const applied = all.get(signal);
      const expired = await findExpired(connection, signal, days, now);
      if (days === undefined || !isShorter(days, applied) || isConfirmed(signal, days))
        return { signal, days, applied, expired, held: [] };
      const before = await findExpired(connection, signal, applied, now);
      const known = new Set(before.map(keyOf));
      const held = expired.filter((piece) => !known.has(keyOf(piece)));
      return { signal, days, applied, expired: before, held };
    }),
  );
}

function keyOf({ table, what }: Expired): string {
  return `${table} ${what}`;
}
