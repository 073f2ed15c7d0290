import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import type {
  Connection,
  InsertBytesOptions,
  QueryOptions,
  Settings,
  StatementOptions,
} from './connection.ts';
import { limitSettings } from './limits.ts';
import { ROWS_FORMAT, ROWS_SETTINGS, readRows } from './rows/read-rows.ts';
import { checkParameters, formatName, quoteTable } from './sql-text.ts';
import { StoreError, toStoreError } from './store-error.ts';

/** After an abort, in ms: a statement that had not begun is not found by the first KILL QUERY. */
const KILL_AFTER = [0, 100, 500];

/** ClickHouse on a server. Made by {@link openServer}; owns the client. */
export class ServerConnection implements Connection {
  readonly #client: ClickHouseClient;
  readonly #ending = new AbortController();
  readonly #writing = new Set<Promise<unknown>>();
  readonly #killing = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  async query<Row>(sql: string, options: QueryOptions = {}): Promise<Row[]> {
    const { params = {}, settings, limits, signal } = options;
    const all: Settings = {
      ...settings,
      ...limitSettings(limits),
      ...ROWS_SETTINGS,
      readonly: 2,
      // Without it an error after the first rows would come as text among them.
      wait_end_of_query: 1,
      cancel_http_readonly_queries_on_client_close: 1,
    };
    const ended = signal === undefined ? this.#ending.signal : AbortSignal.any([signal, this.#ending.signal]);
    return this.#run(sql, params, ended, async (request) => {
      // As exec, because query() wants to choose among the formats that it can parse itself.
      const { stream } = await this.#client.exec({
        ...request,
        query: `${sql}\nFORMAT ${ROWS_FORMAT}`,
        clickhouse_settings: all,
      });
      return readRows<Row>(await readAll(stream));
    });
  }

  async command(sql: string, options: StatementOptions = {}): Promise<void> {
    const { params = {}, settings, signal } = options;
    await this.#write(() =>
      this.#run(sql, params, signal, (request) =>
        this.#client.command({
          ...request,
          query: sql,
          clickhouse_settings: { session_timezone: 'UTC', ...settings },
        }),
      ),
    );
  }

  async insertBytes({ into, format, body, settings = {} }: InsertBytesOptions): Promise<void> {
    const query = `INSERT INTO ${quoteTable(into)} FORMAT ${formatName(format)}`;
    await this.#write(() =>
      this.#run('', {}, undefined, async (request) => {
        const values = Readable.from([body], { objectMode: false });
        const { stream } = await this.#client.exec({
          ...request,
          query,
          values,
          clickhouse_settings: settings,
        });
        await readAll(stream);
      }),
    );
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#writing);
    await Promise.allSettled(this.#killing);
    await this.#client.close();
  }

  async #write<T>(work: () => Promise<T>): Promise<void> {
    const running = work();
    this.#writing.add(running);
    await running.finally(() => this.#writing.delete(running));
  }

  async #run<T>(
    sql: string,
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
    send: (request: Request) => Promise<T>,
  ): Promise<T> {
    if (this.#closed !== undefined)
      throw new StoreError('the connection to the store is closed', { reason: 'unavailable' });
    checkParameters(sql, params);
    const query_id = crypto.randomUUID();
    const kill = () => this.#kill(query_id);
    signal?.addEventListener('abort', kill, { once: true });
    try {
      signal?.throwIfAborted();
      return await send({ query_id, query_params: params, ...(signal && { abort_signal: signal }) });
    } catch (error) {
      throw toStoreError(error, signal);
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }

  /** A closed request alone does not end what the server does. */
  #kill(id: string): void {
    const killing = Promise.all(
      KILL_AFTER.map(async (delay) => {
        await Bun.sleep(delay);
        await this.#client.command({
          query: 'KILL QUERY WHERE query_id = {id:String} ASYNC',
          query_params: { id },
        });
      }),
      // A server that does not let us kill ends the query at its limit of time.
    ).catch(() => {});
    this.#killing.add(killing);
    killing.finally(() => this.#killing.delete(killing));
  }
}

interface Request {
  readonly query_id: string;
  readonly query_params: Record<string, unknown>;
  readonly abort_signal?: AbortSignal;
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
