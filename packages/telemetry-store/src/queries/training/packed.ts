/** Items in their order, each pack for one statement: its sizes add up to `most` at most, or it is of one item. */
export function packed<Item>(items: readonly Item[], sizeOf: (item: Item) => number, most: number): Item[][] {
  const packs: Item[][] = [];
  let sum = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = sizeOf(item);
    if (sum + size > most) {
      packs.push([]);
      sum = 0;
    }
    packs.at(-1)!.push(item);
    sum += size;
  }
  return packs;
}
