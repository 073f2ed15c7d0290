const warmUp = 0.05;
const floor = 0.001;

/**
 * Linear warm-up over the first 5 % of the run, then a cosine down to a thousandth of the peak.
 *
 * @param progress part of the run that is done, from 0; past 1 the cosine restarts for each further length of the
 *   run, without a warm-up (SGDR).
 */
export function learningRate(peak: number, progress: number): number {
  if (progress < warmUp) return peak * Math.max(floor, progress / warmUp);
  const annealed = progress <= 1 ? (progress - warmUp) / (1 - warmUp) : progress % 1;
  return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * annealed))) / 2);
}
