import type { Connection } from '../../connection/connection.ts';

/**
 * What has become of a file, in order; it never goes back.
 * - `writing`: begun, and worth nothing yet.
 * - `verified`: whole and on disk; its rows may still be in the table, too.
 * - `dropped`: its rows are in the file alone.
 * - `restoring`: its rows are on their way back into the table.
 * - `restored`: its rows are in the table again, on hold: no retention touches the day.
 * - `void`: not an archive any more, the rows are in the table; the file goes.
 */
export const STEPS = ['writing', 'verified', 'dropped', 'restoring', 'restored', 'void'] as const;
export type ArchiveStep = (typeof STEPS)[number];

/** Days in one of these are left alone by every retention. */
export const HELD_STEPS = [STEPS.indexOf('restoring'), STEPS.indexOf('restored')];

/** A column in a file: its name and ClickHouse's type. */
export type Column = readonly [name: string, type: string];

export interface Archive {
  readonly id: string;
  readonly table: string;
  /** Of arrival, UTC. */
  readonly day: string;
  readonly part: string;
  /** Relative to the archive's folder. */
  readonly file: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Of the file. */
  readonly bytes: number;
  /** A whole number below 2^64, as text. */
  readonly checksum: string;
  readonly step: ArchiveStep;
  /** When it reached this step, UTC. */
  readonly at: string;
}

export async function recordArchive(connection: Connection, archive: Omit<Archive, 'at'>): Promise<void> {
  const { columns, step, ...rest } = archive;
  await connection.command(
    `INSERT INTO archives (Id, Table, Day, Part, File, Columns, Rows, Bytes, Checksum, Step)
     SELECT {id:String}, {table:String}, {day:Date}, {part:String}, {file:String}, {columns:String}, {rows:UInt64},
       {bytes:UInt64}, {checksum:UInt64}, {step:UInt8}`,
    { params: { ...rest, columns: JSON.stringify(columns), step: STEPS.indexOf(step) } },
  );
}

export interface ArchiveSelection {
  readonly steps: readonly ArchiveStep[];
  readonly day?: string | undefined;
  readonly table?: string | undefined;
}

interface Row {
  readonly id: string;
  readonly table: string;
  readonly day: string;
  readonly part: string;
  readonly file: string;
  readonly columns: string;
  readonly rows: string;
  readonly bytes: string;
  readonly checksum: string;
  readonly step: number;
  readonly at: string;
}

/** In order of day and table. */
export async function readArchives(
  connection: Connection,
  { steps, day = '', table = '' }: ArchiveSelection,
): Promise<Archive[]> {
  const rows = await connection.query<Row>(
    `SELECT Id AS id, Table AS table, toString(Day) AS day, Part AS part, File AS file, Columns AS columns, Rows AS rows,
       Bytes AS bytes, toString(Checksum) AS checksum, Step AS step, toString(At) AS at
     FROM archives FINAL
     WHERE Step IN {steps:Array(UInt8)}
       AND ({day:String} = '' OR toString(Day) = {day:String}) AND ({table:String} = '' OR Table = {table:String})
     ORDER BY Day, Table, At, Id`,
    { params: { steps: steps.map((step) => STEPS.indexOf(step)), day, table } },
  );
  return rows.map((row) => ({
    ...row,
    columns: JSON.parse(row.columns) as Column[],
    rows: Number(row.rows),
    bytes: Number(row.bytes),
    step: STEPS[row.step]!,
  }));
}
