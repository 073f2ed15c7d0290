import { randomLcg, randomNormal } from 'd3-random';

/** Reproducible randomness: the same seed and stream give the same numbers in the same order. */
export type Noise = {
  /** In [0, 1). */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
};

/** `stream` keeps jobs and ranks of one seed apart. */
export function createNoise(seed: number, stream: string): Noise {
  const uniform = randomLcg(hash(`${seed}/${stream}`));
  return { uniform, normal: randomNormal.source(uniform)(0, 1) };
}

/** Spreads neighbouring seeds, whose generators would start alike. */
function hash(text: string): number {
  return Number(BigInt(Bun.hash(text)) & 0xffff_ffffn) / 2 ** 32;
}
