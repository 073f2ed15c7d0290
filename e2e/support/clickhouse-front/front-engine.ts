import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChdbResult, Session } from 'chdb';
import type { FrontResult } from './front-answer.ts';
import type { FrontRequest } from './front-request.ts';

/** The engine behind the front: a session for each request, so that no setting outlives it. */
export class FrontEngine {
  readonly #folder: string;
  readonly #incoming: string;
  readonly #control: Session;
  readonly #arguments: readonly string[];

  /** @param config path of a config.xml to run with */
  constructor(folder: string, config?: string) {
    this.#arguments = [
      '--max_server_memory_usage=4000000000',
      ...(config === undefined ? [] : [`--config-file=${config}`]),
    ];
    this.#folder = join(folder, 'engine');
    this.#incoming = join(folder, 'incoming');
    for (const path of [this.#folder, this.#incoming]) mkdirSync(path, { recursive: true });
    // Schemas given as text are cached in the working directory.
    process.chdir(this.#folder);
    this.#control = this.#open();
  }

  version(): string {
    return this.#control.query('SELECT version()', 'TabSeparatedRaw').trim();
  }

  /** @param signal the client's going away, which ends a reading statement as the server's own setting does */
  async run(request: FrontRequest, signal: AbortSignal): Promise<FrontResult> {
    if (/^\s*KILL\s/i.test(request.sql)) return this.#kill(request);
    const began = performance.now();
    const session = this.#open();
    const onAbort = () => this.#end(request.id);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await session.queryAsync(`USE ${identifier(request.database)}`);
      await session.queryAsync(setStatement(request));
      const { result, format, written } =
        request.data === undefined
          ? await this.#read(session, request)
          : await this.#insert(session, request);
      return {
        bytes: result.bytes(),
        format,
        readRows: result.rowsRead,
        writtenRows: written,
        elapsedMs: performance.now() - began,
      };
    } catch (error) {
      // Else what failed counts as running until the session is gone, which waits for other sessions.
      await session.queryAsync('SET log_comment = DEFAULT');
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      session.close();
    }
  }

  close(): void {
    this.#control.close();
    rmSync(this.#incoming, { recursive: true, force: true });
  }

  #open(): Session {
    return new Session(this.#folder, { connectionArgs: [...this.#arguments] });
  }

  async #read(session: Session, { sql, format: wanted }: FrontRequest): Promise<Ran> {
    const format = /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1] ?? wanted;
    return { result: await session.queryAsync(sql, { format }), format, written: 0 };
  }

  /** By way of a file: bytes must not become text, and not SQL. */
  async #insert(session: Session, { data }: FrontRequest): Promise<Ran> {
    const { bytes, insert, format } = data!;
    const path = join(this.#incoming, `${crypto.randomUUID()}.bin`);
    await writeFile(path, bytes);
    try {
      const result = await session.queryAsync(`${insert} FROM INFILE ${literal(path)} FORMAT ${format}`);
      return { result, format: 'Null', written: result.rowsRead };
    } finally {
      await rm(path, { force: true });
    }
  }

  /** The embedded engine gives queries ids of its own; the client's stands in their settings. */
  #kill({ sql, params, format, settings, ...rest }: FrontRequest): FrontResult {
    const session = this.#open();
    try {
      session.query(setStatement({ sql, format, params, settings, ...rest }));
      session.query(sql.replaceAll(/\bquery_id\b/g, "Settings['log_comment']"));
      return { bytes: new Uint8Array(0), format, readRows: 0, writtenRows: 0, elapsedMs: 0 };
    } finally {
      session.close();
    }
  }

  #end(id: string): void {
    this.#control.query(`KILL QUERY WHERE Settings['log_comment'] = ${literal(id)} ASYNC`);
  }
}

interface Ran {
  readonly result: ChdbResult;
  readonly format: string;
  readonly written: number;
}

function setStatement({ id, settings, params }: FrontRequest): string {
  const all = { ...settings, ...params, log_comment: id };
  return `SET ${Object.entries(all)
    .map(([name, value]) => `${identifierOfSetting(name)} = ${literal(value)}`)
    .join(', ')}`;
}

function identifierOfSetting(name: string): string {
  if (/^\w+$/.test(name)) return name;
  throw new Error(`Code: 115. DB::Exception: ${name} is no setting`);
}

function literal(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
}

function identifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
