/** Inputs and what a linear law with noise makes of them. */
export interface Sample {
  readonly x: readonly number[];
  readonly y: number;
}

export const FEATURES = 8;

/** The same samples for the same seed. */
export function makeSamples(count: number, seed: number): Sample[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const x = Array.from({ length: FEATURES }, () => random() * 2 - 1);
    const law = x.reduce((sum, value, i) => sum + value * Math.sin(i + 1) * 3, 0.5);
    return { x, y: law + (random() - 0.5) * 0.2 };
  });
}

/** Another order, the same for the same seed. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const random = randomFrom(seed);
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
