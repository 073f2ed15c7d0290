/**
 * Writes the tables of environment variables that README.md and docs/configuration.md show, out of the declarations
 * that the services themselves parse. `bun scripts/configuration-reference.ts` brings both up to date.
 */
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..');

/** A setting as a reader is shown it. */
type Row = {
  readonly variable: string;
  readonly fallback: string;
  readonly accepts: string;
  readonly meaning: string;
};

/** What the services' declarations have in common. */
type Declared = {
  readonly variable: string;
  readonly default?: string;
  readonly accepts: string;
  readonly description: string;
};

/** A file that shows a table of a service between `<!-- settings:NAME -->` and `<!-- /settings:NAME -->`. */
export const SHOWN_IN = ['README.md', 'docs/configuration.md'] as const;

const HEADINGS = ['Variable', 'Default', 'Accepted', 'Meaning'];

/** The text of a file with its tables brought up to date. */
export async function withCurrentTables(text: string): Promise<string> {
  let current = text;
  for (const [, name] of text.matchAll(/<!-- settings:([a-z-]+) -->/g)) {
    const block = new RegExp(`(<!-- settings:${name} -->)[^]*?(<!-- /settings:${name} -->)`);
    const table = tableOf(await rowsOf(name!));
    current = current.replace(block, (_, begin, end) => `${begin}\n\n${table}\n\n${end}`);
  }
  return current;
}

async function rowsOf(service: string): Promise<Row[]> {
  if (service === 'mock-trainer') return trainerRows();
  const module = await declarations(service, 'settings.ts');
  const settings = module.SETTINGS as Record<string, Declared>;
  return Object.values(settings).map((setting) => ({
    variable: setting.variable,
    fallback: setting.default || 'none',
    accepts: setting.accepts,
    meaning: sentence(setting.description),
  }));
}

async function trainerRows(): Promise<Row[]> {
  const { environment, options } = await declarations('mock-trainer', 'options.ts');
  const variables = environment as Record<string, { default?: string; doc: string }>;
  const flags = options as Record<string, { value?: string; default?: string; doc: string }>;
  return [
    ...Object.entries(variables).map(([variable, { default: fallback = 'none', doc }]) => ({
      variable,
      fallback,
      accepts: 'text',
      meaning: sentence(doc),
    })),
    ...Object.entries(flags).map(([flag, { value = '', default: fallback = 'none', doc }]) => ({
      variable: `--${flag}`,
      fallback,
      accepts: value === '' ? 'nothing: a switch' : value,
      meaning: sentence(doc),
    })),
  ];
}

/** Loaded by its path: what is documented is the services' data, and scripts depend on no service. */
async function declarations(service: string, file: string): Promise<Record<string, unknown>> {
  return import(join(ROOT, 'services', service, 'src', file));
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** Columns of equal width, as the formatter has them. */
function tableOf(rows: readonly Row[]): string {
  const cells = [
    HEADINGS,
    ...rows.map(({ variable, fallback, accepts, meaning }) => [
      `\`${variable}\``,
      fallback === 'none' ? 'none' : `\`${fallback}\``,
      escaped(accepts),
      escaped(meaning),
    ]),
  ];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  for (const name of SHOWN_IN) {
    const path = join(ROOT, name);
    await Bun.write(path, await withCurrentTables(await Bun.file(path).text()));
  }
}
