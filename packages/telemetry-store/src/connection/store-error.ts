/** Input that could not be read; nothing of it was written. */
const PARSE = new Set([32, 33, 436, 444]);
/** Rows, time, result, memory. */
const LIMIT = new Set([158, 159, 160, 241, 307, 396]);
const CANCELLED = 394;

export type StoreErrorReason = 'engine' | 'aborted' | 'unavailable' | 'usage';

/**
 * Anything that went wrong with the store. `reason` says who is at fault: `engine` (ClickHouse refused, see `code`),
 * `aborted` (the caller's signal), `unavailable` (no ClickHouse to talk to, or a closed connection), `usage` (a
 * value that cannot be sent).
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreErrorReason;
  /** ClickHouse's error code, where ClickHouse answered. */
  readonly code: number | undefined;

  constructor(message: string, options: { reason: StoreErrorReason; code?: number; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = options.reason;
    this.code = options.code;
  }

  /** The input was truncated or corrupt: repeating it is useless, and nothing was written. */
  get isParseError(): boolean {
    return this.code !== undefined && PARSE.has(this.code);
  }

  /** The statement used more time, memory or rows than it may. */
  get isLimit(): boolean {
    return this.code !== undefined && LIMIT.has(this.code);
  }

  get isAborted(): boolean {
    return this.reason === 'aborted';
  }

  /** The engine ended the statement because someone asked it to (KILL QUERY). */
  get isCancelled(): boolean {
    return this.code === CANCELLED;
  }
}

/** A StoreError out of what an engine's client threw; `Code: 62. DB::Exception: …` gives the code. */
export function toStoreError(error: unknown, signal?: AbortSignal): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (signal?.aborted)
    return new StoreError('the query was given up by its caller', { reason: 'aborted', cause: error });
  const code = codeOf(error, message);
  if (code === undefined) return new StoreError(message, { reason: 'unavailable', cause: error });
  return new StoreError(message, { reason: 'engine', code, cause: error });
}

function codeOf(error: unknown, message: string): number | undefined {
  const own = Number((error as { code?: unknown } | undefined)?.code ?? Number.NaN);
  if (Number.isInteger(own)) return own;
  const found = /\bCode:\s*(\d+)/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}
