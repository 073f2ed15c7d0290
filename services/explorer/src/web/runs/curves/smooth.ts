/**
 * An exponential moving average without the bias of its beginning, as TensorBoard draws it: each value is the average of
 * those up to it, the one before weighing `weight` times as much. Values that are not finite are left out and stay as they
 * are; values that are all the same stay the same.
 *
 * @param weight from 0 (nothing is smoothed) to less than 1
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values];
  let average = 0;
  let count = 0;
  let first: number | undefined;
  let constant = true;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    first ??= value;
    constant &&= value === first;
    average = average * weight + (1 - weight) * value;
    count++;
    return constant ? value : average / (1 - weight ** count);
  });
}
