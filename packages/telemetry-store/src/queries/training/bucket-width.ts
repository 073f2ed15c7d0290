/**
 * The narrowest of 1, 2 and 5 times a power of ten of which `points` cover an extent: so that the borders of buckets, which lie
 * at its multiples, stay where they are when a range moves or grows a little.
 */
export function bucketWidth({ from, to }: { from: number; to: number }, points: number): number {
  const needed = (to - from) / points;
  if (!(needed > 0) || !Number.isFinite(needed)) return 1;
  const power = 10 ** Math.floor(Math.log10(needed));
  return [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= needed) ?? 10 * power;
}
