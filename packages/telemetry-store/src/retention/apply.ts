import type { Connection } from '../connection/connection.ts';
import { recordApplied } from './applied.ts';
import type { Remover } from './drop.ts';
import type { Expired } from './expired.ts';
import { type PlanOptions, planRetention, type SignalPlan } from './plan.ts';
import type { Retention } from './retention.ts';

/** Of a statement's parameter. */
const RUNS_AT_ONCE = 1_000;

export interface ApplyOptions extends PlanOptions {
  readonly remover: Remover;
  /** Its abort ends the pass; what is left goes with the next. */
  readonly signal?: AbortSignal;
}

/** What a pass did to one signal. */
export interface SignalOutcome extends SignalPlan {
  readonly removed: readonly Expired[];
  /** What could not be removed, and why; the next pass tries again. */
  readonly failed: readonly { readonly expired: Expired; readonly error: Error }[];
}

/**
 * One pass: removes what is past its retention and not held, piece by piece. A piece that fails keeps back only what
 * comes after it of the same day or run: derived tables follow their source.
 *
 * @throws StoreError where the store cannot be asked at all
 */
export async function applyRetention(
  connection: Connection,
  retention: Retention,
  options: ApplyOptions,
): Promise<SignalOutcome[]> {
  const outcomes: SignalOutcome[] = [];
  for (const plan of await planRetention(connection, retention, options)) {
    // Before anything goes: a crash in between must not ask again for what was agreed to.
    if (plan.held.length === 0 && plan.days !== plan.applied) {
      await recordApplied(connection, plan.signal, plan.days);
    }
    outcomes.push({ ...plan, ...(await removeAll(plan.expired, options)) });
  }
  return outcomes;
}

async function removeAll(expired: readonly Expired[], { remover, signal }: ApplyOptions) {
  const removed: Expired[] = [];
  const failed: { expired: Expired; error: Error }[] = [];
  for (const pieces of piecesOf(expired)) {
    if (signal?.aborted) break;
    const isBroken = failed.some((earlier) => pieces.some(({ what }) => what === earlier.expired.what));
    if (isBroken) continue;
    try {
      await remover.remove(pieces, signal);
      removed.push(...pieces);
    } catch (error) {
      if (signal?.aborted) break;
      failed.push(...pieces.map((piece) => ({ expired: piece, error: error as Error })));
    }
  }
  return { removed, failed };
}

/** A day alone, runs of a table together: each statement that deletes runs rewrites the files of all. */
function piecesOf(expired: readonly Expired[]): Expired[][] {
  const groups = new Map<string, Expired[]>();
  for (const piece of expired) {
    const key = piece.signal === 'training' ? piece.table : `${piece.table} ${piece.what}`;
    groups.set(key, [...(groups.get(key) ?? []), piece]);
  }
  return [...groups.values()].flatMap((group) => chunks(group, RUNS_AT_ONCE));
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
