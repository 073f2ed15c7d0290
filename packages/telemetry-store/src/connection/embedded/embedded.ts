import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drainPending } from 'chdb';
import type { Connection, InsertBytesOptions, QueryOptions, StatementOptions } from '../connection.ts';
import { limitSettings } from '../limits.ts';
import { ROWS_FORMAT, ROWS_SETTINGS, readRows } from '../rows/read-rows.ts';
import { checkParameters, formatName, quoteString, quoteTable } from '../sql-text.ts';
import { StoreError, toStoreError } from '../store-error.ts';
import type { DataFolder } from './data-folder.ts';
import { schemaAsFile } from './format-schema.ts';
import type { EngineSession, SessionStatement } from './session.ts';
import type { Slots } from './slots.ts';

/** Between one KILL QUERY and the next: a statement that had not begun is not found by the first. */
const KILL_AGAIN_MS = 50;

export interface EmbeddedParts {
  readonly folder: DataFolder;
  readonly readers: Slots<EngineSession>;
  readonly writers: Slots<EngineSession>;
  readonly control: EngineSession;
  /** Ends the claim on the folder. */
  readonly unlock: () => void;
}

/** ClickHouse inside this process. Made by {@link openEmbedded}. */
export class EmbeddedConnection implements Connection {
  readonly #parts: EmbeddedParts;
  readonly #ending = new AbortController();
  #marks = 0;
  #closed: Promise<void> | undefined;

  constructor(parts: EmbeddedParts) {
    this.#parts = parts;
  }

  get folder(): DataFolder {
    return this.#parts.folder;
  }

  async query<Row>(sql: string, options: QueryOptions = {}): Promise<Row[]> {
    const { params = {}, settings, limits, signal } = options;
    checkParameters(sql, params);
    const all = { ...settings, ...limitSettings(limits), ...ROWS_SETTINGS };
    const statement = { sql, params, settings: all, format: ROWS_FORMAT };
    const ended = signal === undefined ? this.#ending.signal : AbortSignal.any([signal, this.#ending.signal]);
    return readRows(new TextDecoder().decode(await this.#run(this.#parts.readers, statement, ended)));
  }

  async command(sql: string, options: StatementOptions = {}): Promise<void> {
    const { params = {}, settings = {}, signal } = options;
    checkParameters(sql, params);
    await this.#run(
      this.#parts.writers,
      { sql, params, settings: { session_timezone: 'UTC', ...settings } },
      signal,
    );
  }

  async insertBytes({ into, format, body, settings = {} }: InsertBytesOptions): Promise<void> {
    const { folder, writers } = this.#parts;
    const table = quoteTable(into);
    const path = join(folder.incoming, `${crypto.randomUUID()}.bin`);
    try {
      // A file is the only way in that takes any bytes without blocking the event loop: the addon's insert would run
      // them as SQL after a blank line, and libchdb's own function is synchronous and, measured, no faster.
      await writeFile(path, body, { mode: 0o600 });
      const sql = `INSERT INTO ${table} FROM INFILE ${quoteString(path)} FORMAT ${formatName(format)}`;
      await this.#run(writers, { sql, params: {}, settings: schemaAsFile(settings, folder.formats) });
    } catch (error) {
      throw toStoreError(error);
    } finally {
      await rm(path, { force: true });
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { readers, writers, control, unlock } = this.#parts;
    this.#ending.abort();
    const sessions = [...(await readers.whenIdle()), ...(await writers.whenIdle()), control];
    for (const session of sessions) session.close();
    await drainPending();
    unlock();
  }

  async #run(
    slots: Slots<EngineSession>,
    statement: SessionStatement,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    if (this.#closed !== undefined)
      throw new StoreError('the connection to the store is closed', { reason: 'unavailable' });
    try {
      const session = await slots.take(signal);
      const mark = `${process.pid}-${++this.#marks}`;
      const settings = { ...statement.settings, log_comment: mark };
      // The slot is free when the engine ended, which may be after the caller was told of an abort.
      const running = session.run({ ...statement, settings }).finally(() => slots.give(session));
      return await this.#orAborted(running, mark, signal);
    } catch (error) {
      throw toStoreError(error, signal);
    }
  }

  /** Rejects at the abort, and sees to it that the engine ends too. */
  #orAborted<T>(running: Promise<T>, mark: string, signal?: AbortSignal): Promise<T> {
    if (signal === undefined) return running;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(signal.reason);
        this.#kill(mark);
        const again = setInterval(() => this.#kill(mark), KILL_AGAIN_MS);
        running.catch(() => {}).finally(() => clearInterval(again));
      };
      running.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Not by a thread of the pool: the statements to be ended may hold them all. */
  #kill(mark: string): void {
    try {
      this.#parts.control.kill(mark);
    } catch {
      // It had ended already; else its limit of time ends it.
    }
  }
}
