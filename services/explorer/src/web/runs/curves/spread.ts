/** From the least finite value of a curve's buckets to the greatest; 0 where there is none. */
export function spread({
  min,
  max,
}: {
  readonly min: readonly number[];
  readonly max: readonly number[];
}): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of min) if (value < least && Number.isFinite(value)) least = value;
  for (const value of max) if (value > most && Number.isFinite(value)) most = value;
  return least < most ? most - least : 0;
}
