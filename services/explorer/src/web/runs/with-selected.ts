/**
 * What is chosen after a click on one: it goes in or out. With `from`, where the click before was, all from there to it go
 * the way that it goes.
 */
export function withSelected(
  selected: readonly string[],
  id: string,
  { all, from }: { readonly all: readonly string[]; readonly from?: string | undefined },
): string[] {
  const adds = !selected.includes(id);
  const [start, end] = [all.indexOf(from ?? id), all.indexOf(id)].sort((a, b) => a - b) as [number, number];
  const touched = start < 0 ? [id] : all.slice(start, end + 1);
  const rest = selected.filter((one) => !touched.includes(one));
  return adds ? [...rest, ...touched] : rest;
}
