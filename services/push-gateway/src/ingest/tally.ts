import type { RecordOutcome } from 'ml-otel-bridge';
import type { Issue } from 'ml-otel-bridge/schema';

/** A snapshot that was refused: its place in the body, from 0 (for NDJSON the line's), and why. */
export interface Rejection {
  readonly index: number;
  readonly issues: readonly Issue[];
}

/** What became of a body's snapshots, as the caller is told. */
export interface Summary {
  readonly accepted: number;
  readonly duplicates: number;
  /** The first of those refused, at most {@link MAX_LISTED}. */
  readonly rejected: readonly Rejection[];
  /** How many were refused, where not all are listed. */
  readonly rejected_total?: number;
}

/** Rejections that an answer lists. */
export const MAX_LISTED = 100;

/** Why a tally stopped: the first snapshot that was not taken, and may be sent again. */
export interface NotTaken {
  readonly index: number;
  readonly reason: 'full' | 'disk';
}

/** Counts what becomes of a body's snapshots, in their order. */
export class Tally {
  #accepted = 0;
  #duplicates = 0;
  #rejectedTotal = 0;
  readonly #rejected: Rejection[] = [];

  get valid(): number {
    return this.#accepted + this.#duplicates;
  }

  get rejectedTotal(): number {
    return this.#rejectedTotal;
  }

  reject(index: number, issues: readonly Issue[]): void {
    this.#rejectedTotal += 1;
    if (this.#rejected.length < MAX_LISTED) this.#rejected.push({ index, issues });
  }

  /** Counts up to the first that was not taken. `indexOf` gives a place in the body for one in `outcomes`. */
  count(outcomes: readonly RecordOutcome[], indexOf: (position: number) => number): NotTaken | undefined {
    for (const [position, outcome] of outcomes.entries()) {
      const index = indexOf(position);
      if (outcome.status === 'full') return { index, reason: outcome.reason };
      if (outcome.status === 'accepted') this.#accepted += 1;
      else if (outcome.status === 'duplicate') this.#duplicates += 1;
      else this.reject(index, outcome.issues);
    }
    return undefined;
  }

  summary(): Summary {
    const listed = this.#rejected;
    return {
      accepted: this.#accepted,
      duplicates: this.#duplicates,
      rejected: listed,
      ...(this.#rejectedTotal > listed.length && { rejected_total: this.#rejectedTotal }),
    };
  }
}
