import { LRUCache } from 'lru-cache';
import type { Connection, QueryOptions } from '../../connection/connection.ts';
import { NANOS_PER_SECOND, type TimeRange } from '../time-range.ts';

/** The tables that can be watched, and the column of each that queries ask a range of. */
const TIMES = {
  otel_logs: 'Timestamp',
  otel_traces: 'Timestamp',
  otel_metrics_gauge: 'TimeUnix',
  otel_metrics_sum: 'TimeUnix',
  otel_metrics_histogram: 'TimeUnix',
  otel_metrics_exponential_histogram: 'TimeUnix',
  otel_metrics_summary: 'TimeUnix',
  otel_logs_facets: 'Quarter',
  otel_traces_facets: 'Quarter',
  otel_traces_minutes: 'Minute',
} as const;

export type RangeTable = keyof typeof TIMES;

/** What an answer was made of: rows of these tables whose time is in this range, and nothing else. */
export interface Reads {
  readonly tables: readonly RangeTable[];
  readonly range: TimeRange;
}

interface Part {
  readonly table: RangeTable;
  /** Names it with its content: a part never changes, and its name does not come again but for a restored table. */
  readonly name: string;
  readonly written: string;
  readonly bytes: string;
}

/** A row of a rollup tells of so much after its time, at most. */
const GRAIN = 900n * NANOS_PER_SECOND;

/**
 * Says which parts of tables have rows of a range. Parts are immutable, so while they are the same, so is every answer:
 * a late insert adds one, retention and mutations take away or replace. A merge replaces parts, too, and changes no
 * answer; it is taken for a change. Each part is asked once from when to when its rows are.
 */
export class PartVersions {
  readonly #connection: Connection;
  readonly #times = new LRUCache<string, TimeRange>({ max: 20_000 });

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Equal texts: the same rows. Undefined where parts came or went meanwhile. */
  async version({ tables, range }: Reads, options: QueryOptions): Promise<string | undefined> {
    const parts = await this.#connection.query<Part>(
      `SELECT table, name, toString(modification_time) AS written, bytes_on_disk AS bytes FROM system.parts
       WHERE active AND database = currentDatabase() AND has({tables:Array(String)}, table)
       ORDER BY table, name`,
      { ...options, params: { tables: [...new Set(tables)] } },
    );
    await this.#learn(parts, options);
    const hash = new Bun.CryptoHasher('sha256');
    for (const part of parts) {
      const times = this.#times.get(nameOf(part));
      if (times === undefined) return undefined;
      if (times.from < range.to + GRAIN && times.to >= range.from - GRAIN) hash.update(`${nameOf(part)}\n`);
    }
    return hash.digest('hex');
  }

  async #learn(parts: readonly Part[], options: QueryOptions): Promise<void> {
    const unknown = parts.filter((part) => !this.#times.has(nameOf(part)));
    for (const table of new Set(unknown.map((part) => part.table))) {
      const names = new Map(
        unknown.filter((part) => part.table === table).map((part) => [part.name, nameOf(part)]),
      );
      const nanos = (bound: string) =>
        `toUnixTimestamp64Nano(CAST(${bound}(${TIMES[table]}), 'DateTime64(9)'))`;
      const rows = await this.#connection.query<{ part: string; first: string; last: string }>(
        `SELECT _part AS part, ${nanos('min')} AS first, ${nanos('max')} AS last FROM ${table}
         WHERE _part IN {parts:Array(String)} GROUP BY _part`,
        { ...options, params: { parts: [...names.keys()] } },
      );
      for (const { part, first, last } of rows)
        this.#times.set(names.get(part)!, { from: BigInt(first), to: BigInt(last) });
    }
  }
}

function nameOf({ table, name, written, bytes }: Part): string {
  return `${table} ${name} ${written} ${bytes}`;
}
