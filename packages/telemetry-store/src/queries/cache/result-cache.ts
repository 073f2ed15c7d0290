import { deserialize, serialize } from 'node:v8';
import { LRUCache } from 'lru-cache';
import type { Connection, QueryOptions } from '../../connection/connection.ts';
import { NANOS_PER_SECOND } from '../time-range.ts';
import { PartVersions, type Reads } from './part-versions.ts';

export interface ResultCacheOptions {
  /** Of all answers together; what was asked longest ago goes first. Default 64 MiB. */
  readonly bytes?: number;
  /** Nanoseconds. A range that ended less than so long ago is not kept: it changes by the second. Default one minute. */
  readonly settledAfter?: bigint;
  /** Nanoseconds since 1970. */
  readonly now?: () => bigint;
}

interface Kept {
  readonly version: string;
  readonly rows: Uint8Array;
}

/**
 * Answers to statements about a range that is over, for as long as the store holds exactly the rows that they were made
 * of (see {@link PartVersions}); whoever writes them. Not for a cluster behind one address: there the parts that are
 * looked at may be another machine's than those that are read.
 */
export class ResultCache {
  readonly #connection: Connection;
  readonly #versions: PartVersions;
  readonly #kept: LRUCache<string, Kept>;
  readonly #settledAfter: bigint;
  readonly #now: () => bigint;

  constructor(
    connection: Connection,
    {
      bytes = 64 << 20,
      settledAfter = 60n * NANOS_PER_SECOND,
      now = () => BigInt(Date.now()) * 1_000_000n,
    }: ResultCacheOptions = {},
  ) {
    this.#connection = connection;
    this.#versions = new PartVersions(connection);
    this.#kept = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ rows }, key) => rows.byteLength + key.length + 256,
    });
    this.#settledAfter = settledAfter;
    this.#now = now;
  }

  /** Of the answers that are kept. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** What `make` gives, or gave before for the same key, as {@link keepAll} has it. */
  async keep<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T> {
    const [found] = await this.keepAll([key], async () => [await make()]);
    return found!;
  }

  /**
   * What `make` gives for those of some keys for which it gave nothing before, and what it gave for the others, in the order of the
   * keys. A key must name all that its answer depends on; what is of the last seconds must not be asked for here, see
   * {@link isSettled}. Answers are the caller's own.
   */
  async keepAll<T>(
    keys: readonly (readonly unknown[])[],
    make: (missing: readonly number[]) => Promise<readonly T[]>,
  ): Promise<T[]> {
    const names = keys.map(nameOf);
    const found = names.map((name) => this.#kept.get(name)?.rows);
    const missing = names.flatMap((_, i) => (found[i] === undefined ? [i] : []));
    const made = missing.length === 0 ? [] : await make(missing);
    for (const [i, answer] of made.entries())
      this.#kept.set(names[missing[i]!]!, { version: '', rows: serialize(answer) });
    return found.map((rows, i) =>
      rows === undefined ? made[missing.indexOf(i)]! : (deserialize(rows) as T),
    );
  }

  /** Whether a moment, in nanoseconds since 1970, is over for so long that everything of it is there to be read. */
  isSettled(moment: bigint): boolean {
    return moment + this.#settledAfter <= this.#now();
  }

  /** `Connection.query`, whose rows may have been read before. They are the caller's own. */
  async query<Row>(sql: string, options: QueryOptions, reads: Reads): Promise<Row[]> {
    if (!this.isSettled(reads.range.to)) return this.#connection.query<Row>(sql, options);
    const asking = options.signal === undefined ? {} : { signal: options.signal };
    const version = await this.#versions.version(reads, asking);
    const key = keyOf(sql, options);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.version === version) return deserialize(kept.rows) as Row[];
    const rows = await this.#connection.query<Row>(sql, options);
    // What came or went while it was read may be in the answer or not.
    if (version !== undefined && version === (await this.#versions.version(reads, asking)))
      this.#kept.set(key, { version, rows: serialize(rows) });
    return rows;
  }
}

/** Limits are no part of it: they end a statement, and change no answer. */
function keyOf(sql: string, { params, settings }: QueryOptions): string {
  return nameOf([sql, params, settings]);
}

function nameOf(key: readonly unknown[]): string {
  const text = JSON.stringify(key, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  return new Bun.CryptoHasher('sha256').update(text).digest('hex');
}
