import type { Connection } from '../../connection/connection.ts';
import { quoteIdentifier, quoteTable } from '../../connection/sql-text.ts';
import { partitionId } from '../drop.ts';
import type { Column } from './archive-record.ts';

/** How many rows, and the sum of their hashes over all columns, which does not depend on their order. */
export interface Content {
  readonly rows: number;
  /** Below 2^64, as text. */
  readonly checksum: string;
}

/** A whole day is read, however long that takes, by one thread: what comes in goes first. */
const UNHURRIED = {
  limits: { seconds: 0, rowsRead: 0 },
  settings: { max_threads: 1 },
} as const;

/** What of a table is meant: one of its parts, or a day. */
export type Rows =
  | { readonly table: string; readonly part: string }
  | { readonly table: string; readonly day: string };

/** The columns that an insert fills; others are made from them. */
export async function columnsOf(connection: Connection, table: string): Promise<Column[]> {
  const rows = await connection.query<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns
     WHERE database = currentDatabase() AND table = {table:String} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS')
     ORDER BY position`,
    { params: { table } },
  );
  return rows.map(({ name, type }) => [name, type]);
}

export function columnList(columns: readonly Column[]): string {
  return columns.map(([name]) => quoteIdentifier(name)).join(', ');
}

/** Parquet has no states of aggregate functions: in the file they are their bytes. */
const isState = (type: string) => type.startsWith('AggregateFunction(');
const fileType = (type: string) => (isState(type) ? 'String' : type);

/** What a SELECT from a table gives to a file. */
export function fileExpressions(columns: readonly Column[]): string {
  return columns
    .map(([name, type]) =>
      isState(type) ? `CAST(${quoteIdentifier(name)}, 'String')` : quoteIdentifier(name),
    )
    .join(', ');
}

/** The FROM of a Parquet file; its parameters are those of {@link fileParameters}. */
export const FILE = "file({file:String}, 'Parquet', {structure:String})";

export function fileParameters(path: string, columns: readonly Column[]) {
  return {
    file: path,
    structure: columns.map(([name, type]) => `${quoteIdentifier(name)} ${fileType(type)}`).join(', '),
  };
}

/** The FROM and WHERE of some rows of a table. */
export function rowsOf(rows: Rows): {
  readonly from: string;
  readonly params: Readonly<Record<string, string>>;
} {
  const table = quoteTable(rows.table);
  return 'part' in rows
    ? { from: `${table} WHERE _part = {part:String}`, params: { part: rows.part } }
    : {
        from: `${table} WHERE _partition_id = {partition:String}`,
        params: { partition: partitionId(rows.day) },
      };
}

export async function contentOfRows(
  connection: Connection,
  rows: Rows,
  columns: readonly Column[],
  signal?: AbortSignal,
): Promise<Content> {
  const { from, params } = rowsOf(rows);
  return contentOf(connection, `SELECT ${summary(columns)} FROM ${from}`, params, signal);
}

export async function contentOfFile(
  connection: Connection,
  path: string,
  columns: readonly Column[],
  signal?: AbortSignal,
): Promise<Content> {
  return contentOf(
    connection,
    `SELECT ${summary(columns)} FROM ${FILE}`,
    fileParameters(path, columns),
    signal,
  );
}

/**
 * Whether each row of a file is among these rows of a table, however often. States are left out: read back, some write
 * the same entries in another order.
 */
export async function isAmong(
  connection: Connection,
  path: string,
  columns: readonly Column[],
  rows: Rows,
): Promise<boolean> {
  const { from, params } = rowsOf(rows);
  const plain = columns.filter(([, type]) => !isState(type));
  const hash = `cityHash64(${columnList(plain)}) AS hash`;
  const [missing] = await connection.query(
    `SELECT 1 FROM (SELECT ${hash} FROM ${FILE}) WHERE hash NOT IN (SELECT ${hash} FROM ${from}) LIMIT 1`,
    { ...UNHURRIED, params: { ...params, ...fileParameters(path, columns) } },
  );
  return missing === undefined;
}

function summary(columns: readonly Column[]): string {
  return `count() AS rows, toString(sum(cityHash64(${columnList(columns)}))) AS checksum`;
}

async function contentOf(
  connection: Connection,
  sql: string,
  params: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Content> {
  const [row] = await connection.query<{ rows: string; checksum: string }>(sql, {
    ...UNHURRIED,
    params,
    ...(signal && { signal }),
  });
  return { rows: Number(row!.rows), checksum: row!.checksum };
}
