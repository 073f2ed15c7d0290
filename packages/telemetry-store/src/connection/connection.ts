import type { QueryLimits } from './limits.ts';

/** ClickHouse's settings by their names, for one statement only. */
export type Settings = Readonly<Record<string, string | number>>;

/**
 * Values for the placeholders `{name:Type}` of a statement. They travel beside the SQL, never in it.
 * A time of nanoseconds is a string (`'2026-01-02 03:04:05.000000006'`): a Date has milliseconds only.
 */
export type Parameters = Readonly<Record<string, unknown>>;

export interface StatementOptions {
  readonly params?: Parameters;
  readonly settings?: Settings;
  /** Its abort ends the statement in the engine too; the promise rejects with a {@link StoreError} that `isAborted`. */
  readonly signal?: AbortSignal;
}

export interface QueryOptions extends StatementOptions {
  /** What differs from {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<QueryLimits>;
}

export interface InsertBytesOptions {
  /** A table, `table` or `database.table`. */
  readonly into: string;
  /** An input format, such as `ProtobufSingle`; its columns are those of the table. */
  readonly format: string;
  readonly body: Uint8Array;
  readonly settings?: Settings;
}

/**
 * One ClickHouse, embedded or on a server; both behave alike. Every method rejects with a {@link StoreError} only,
 * and may be called while others run.
 */
export interface Connection {
  /**
   * Rows of one reading statement without FORMAT; a writing one is refused. Limits of time, memory and rows always
   * apply. Integers of more than 53 bits and decimals arrive as strings, times as ClickHouse writes them (UTC), NaN
   * and infinities as numbers, maps and named tuples as objects.
   */
  query<Row>(sql: string, options?: QueryOptions): Promise<Row[]>;
  /** One statement that changes something: DDL, or a write of our own SQL. No limits. */
  command(sql: string, options?: StatementOptions): Promise<void>;
  /**
   * Inserts bytes that came from outside; they never become part of SQL text. Done when committed. Of a format that
   * holds one message, such as `ProtobufSingle`, an error with `isParseError` has written nothing; after any other
   * error some of it may have been written.
   */
  insertBytes(options: InsertBytesOptions): Promise<void>;
  /** Ends the queries that run, waits for the writes. Later calls reject; closing twice is fine. */
  close(): Promise<void>;
}
