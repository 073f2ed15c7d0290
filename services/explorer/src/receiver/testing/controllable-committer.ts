import type { BatchName, CommitOutcome, Committer } from '../committer.ts';
import type { Signal } from '../signal.ts';

/** One call of `commit`, which waits until the test settles it. */
export interface HeldCommit {
  readonly signal: Signal;
  readonly requests: readonly Uint8Array[];
  readonly name: BatchName;
  settle(outcome: CommitOutcome): void;
  fail(error: Error): void;
}

export interface ControllableCommitter extends Committer {
  /** The next commit, as soon as there is one; each is given out once, in order. */
  next(): Promise<HeldCommit>;
  /** Gives this outcome to those not given out yet, and to all that come. */
  settleAll(outcome: CommitOutcome): void;
  /** Commits that were begun and not given out yet. */
  readonly begun: number;
}

/** A committer whose every outcome the test decides. */
export function controllableCommitter(): ControllableCommitter {
  const held: HeldCommit[] = [];
  const takers: ((commit: HeldCommit) => void)[] = [];
  let outcomeOfAll: CommitOutcome | undefined;
  return {
    check: () => undefined,
    commit: (signal, requests, name) =>
      new Promise((settle, fail) => {
        const commit = { signal, requests, name, settle, fail };
        const taker = takers.shift();
        if (outcomeOfAll) settle(outcomeOfAll);
        else if (taker) taker(commit);
        else held.push(commit);
      }),
    next: () =>
      new Promise((resolve) => {
        const commit = held.shift();
        if (commit) resolve(commit);
        else takers.push(resolve);
      }),
    settleAll(outcome) {
      outcomeOfAll = outcome;
      for (const commit of held.splice(0)) commit.settle(outcome);
    },
    get begun() {
      return held.length;
    },
  };
}
