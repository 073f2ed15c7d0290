export interface ConfigEntry {
  /** Keys from the top down, with dots between them; indexes of lists as numbers. */
  readonly path: string;
  /** As JSON has it, strings without their quotes. */
  readonly value: string;
}

const MOST = 20_000;

/** Every leaf of a configuration. What is no JSON is one entry, as it was sent. */
export function flatConfig(json: string | undefined): ConfigEntry[] {
  if (json === undefined) return [];
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    return [{ path: '', value: json }];
  }
  const entries: ConfigEntry[] = [];
  const visit = (value: unknown, path: string) => {
    if (entries.length >= MOST) return;
    const isPlainList = Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null);
    if (typeof value !== 'object' || value === null || isPlainList || Object.keys(value).length === 0) {
      entries.push({ path, value: typeof value === 'string' ? value : JSON.stringify(value) });
      return;
    }
    for (const [key, one] of Object.entries(value)) visit(one, path === '' ? key : `${path}.${key}`);
  };
  visit(root, '');
  return entries;
}

export interface ConfigRow {
  readonly path: string;
  /** By run, in the order of the runs; undefined where it has none. */
  readonly values: readonly (string | undefined)[];
  readonly differs: boolean;
}

/** Configurations of several runs beside each other, by path. */
export function compareConfigs(configs: readonly (readonly ConfigEntry[])[]): ConfigRow[] {
  const byRun = configs.map((entries) => new Map(entries.map(({ path, value }) => [path, value])));
  const paths = [...new Set(configs.flatMap((entries) => entries.map(({ path }) => path)))].sort();
  return paths.map((path) => {
    const values = byRun.map((entries) => entries.get(path));
    return { path, values, differs: new Set(values).size > 1 };
  });
}
