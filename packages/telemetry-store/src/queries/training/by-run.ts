/** Rows of several runs, in their order, by run. */
export function byRun<Row extends { readonly run: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.run);
    if (group === undefined) groups.set(row.run, [row]);
    else group.push(row);
  }
  return groups;
}
