/**
 * What differs between one ClickHouse and a cluster of them. The files say `CREATE TABLE t {{on_cluster}} (…) ENGINE =
 * {{replicated}}MergeTree`; alone, both are empty.
 */
export interface Placeholders {
  readonly on_cluster: string;
  readonly replicated: string;
}

export const ALONE: Placeholders = { on_cluster: '', replicated: '' };

/** @throws where the text has a placeholder that there is not */
export function fillPlaceholders(sql: string, values: Placeholders): string {
  return sql.replace(/\{\{\s*(\w+)\s*\}\}/g, (found, name: string) => {
    if (!Object.hasOwn(values, name)) throw new Error(`${found} is no placeholder that migrations have`);
    return values[name as keyof Placeholders];
  });
}
