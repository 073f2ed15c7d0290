import { Session } from 'chdb';
import type { Parameters, Settings } from '../connection.ts';
import { quoteString, setStatement } from '../sql-text.ts';

export interface SessionStatement {
  readonly sql: string;
  /** All that must hold for this statement; what an earlier one set and this one does not goes back to its default. */
  readonly settings: Settings;
  readonly params: Parameters;
  readonly format?: string;
}

/** One of the engine's sessions: runs one statement at a time, off the event loop. */
export class EngineSession {
  readonly #session: Session;
  #set: readonly string[] = [];

  constructor(path: string, connectionArgs: readonly string[]) {
    this.#session = new Session(path, { connectionArgs });
  }

  /** Blocks the event loop for as long as it takes. */
  runNow(sql: string): void {
    this.#session.query(sql);
  }

  async run({ sql, settings, params, format }: SessionStatement): Promise<Uint8Array> {
    const stale = this.#set.filter((name) => !(name in settings));
    const set = setStatement(settings, params, stale);
    if (set !== undefined) await this.#session.queryAsync(set);
    this.#set = Object.keys(settings);
    try {
      const result = await this.#session.queryAsync(sql, format === undefined ? {} : { format });
      return result.bytes();
    } catch (error) {
      // Else the session holds what failed, its memory and its place among the running, until its next statement.
      await this.#session.queryAsync('SET log_comment = DEFAULT');
      throw error;
    }
  }

  /** Asks the engine to end the statement with this mark; it takes notice within milliseconds. */
  kill(mark: string): void {
    this.#session.query(`KILL QUERY WHERE Settings['log_comment'] = ${quoteString(mark)} ASYNC`);
  }

  close(): void {
    this.#session.close();
  }
}
