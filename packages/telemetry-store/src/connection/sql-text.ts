import { formatQueryParams } from '@clickhouse/client-common';
import type { Parameters, Settings } from './connection.ts';
import { StoreError } from './store-error.ts';

const NAME = /^[A-Za-z_]\w*$/;
const PLACEHOLDER = /\{\s*([A-Za-z_]\w*)\s*:/g;

/** A string literal of ClickHouse's SQL with exactly this value. */
export function quoteString(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0');
  return `'${escaped}'`;
}

/** `table` or `database.table`, quoted; anything else is refused. */
export function quoteTable(name: string): string {
  const parts = name.split('.');
  if (parts.length > 2 || !parts.every((part) => NAME.test(part)))
    throw new StoreError(`${JSON.stringify(name)} is no table name: write table or database.table`, {
      reason: 'usage',
    });
  return parts.map(quoteIdentifier).join('.');
}

export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** For after FORMAT. */
export function formatName(format: string): string {
  if (/^\w+$/.test(format)) return format;
  throw new StoreError(`${JSON.stringify(format)} is no name of a format`, { reason: 'usage' });
}

/** One SET of all of these; undefined where there is nothing to set. `defaults` go back to their default. */
export function setStatement(
  settings: Settings,
  params: Parameters,
  defaults: Iterable<string> = [],
): string | undefined {
  const parts = [
    ...Array.from(defaults, (name) => `${name}=DEFAULT`),
    ...Object.entries(settings).map(([name, value]) => `${checkName(name)}=${settingText(value)}`),
    ...Object.entries(params).map(
      ([name, value]) => `param_${checkName(name)}=${quoteString(parameterText(value))}`,
    ),
  ];
  return parts.length === 0 ? undefined : `SET ${parts.join(', ')}`;
}

/** @throws where a placeholder of the statement has no value: a pooled session may still hold an earlier one. */
export function checkParameters(sql: string, params: Parameters): void {
  for (const [, name] of sql.matchAll(PLACEHOLDER)) {
    if (name !== undefined && params[name] === undefined)
      throw new StoreError(`the statement's parameter ${name} has no value`, { reason: 'usage' });
  }
  for (const name of Object.keys(params)) checkName(name);
}

/** A half of a surrogate pair becomes U+FFFD, as in a URL; the engine's addon would make something else of it. */
function parameterText(value: unknown): string {
  try {
    return Buffer.from(formatQueryParams({ value })).toString();
  } catch (error) {
    throw new StoreError((error as Error).message, { reason: 'usage', cause: error });
  }
}

function settingText(value: string | number): string {
  return typeof value === 'number' ? String(value) : quoteString(value);
}

function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw new StoreError(`${JSON.stringify(name)} is no name of a setting or parameter`, { reason: 'usage' });
}
