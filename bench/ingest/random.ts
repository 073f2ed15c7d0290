import { randomNumbers } from '../../scripts/random-numbers.ts';

/** Numbers that look random and are the same in each run. */
export interface Random {
  /** 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `most`. */
  below(most: number): number;
  pick<T>(choices: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

export function createRandom(seed: number): Random {
  const next = randomNumbers(seed);
  const below = (most: number) => Math.floor(next() * most);
  return {
    next,
    below,
    pick: (choices) => choices[below(choices.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
