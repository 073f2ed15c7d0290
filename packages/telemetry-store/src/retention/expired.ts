import type { Connection } from '../connection/connection.ts';
import { HELD_STEPS } from './archive/archive-record.ts';
import { type Days, firstKeptDay } from './retention.ts';
import { DAILY_TABLES, type DailySignal, type Retained, TRAINING_TABLES } from './signal-tables.ts';

/** What a retention deletes as one piece: a day of a table, or a run's rows in a table. */
export interface Expired {
  readonly signal: Retained;
  readonly table: string;
  /** A day of arrival (`2026-01-31`, UTC), or the id of a run. */
  readonly what: string;
  readonly rows: number;
  /** On disk; undefined where it is not known, for a run shares its files with others. */
  readonly bytes: number | undefined;
  /** Times of arrival as ClickHouse writes them, UTC. */
  readonly oldest: string;
  readonly newest: string;
}

/** What is past its retention now, in the order in which it goes. Days that were restored from the archive are on hold. */
export function findExpired(
  connection: Connection,
  signal: Retained,
  days: Days,
  now: Date,
): Promise<Expired[]> {
  if (days === undefined) return Promise.resolve([]);
  const before = firstKeptDay(now, days);
  return signal === 'training' ? expiredRuns(connection, before) : expiredDays(connection, signal, before);
}

interface Row {
  readonly table: string;
  readonly what: string;
  readonly rows: string;
  readonly bytes: string | null;
  readonly oldest: string;
  readonly newest: string;
}

async function expiredDays(connection: Connection, signal: DailySignal, before: string): Promise<Expired[]> {
  const rows = await connection.query<Row>(
    `SELECT table, partition AS what, sum(part.rows) AS rows, sum(part.bytes_on_disk) AS bytes,
       toString(min(part.min_time)) AS oldest, toString(max(part.max_time)) AS newest
     FROM system.parts AS part
     WHERE database = currentDatabase() AND active AND part.rows > 0
       AND table IN {tables:Array(String)} AND partition < {before:String}
       AND (table, partition) NOT IN (
         SELECT Table, toString(Day) FROM archives FINAL WHERE Step IN {held:Array(UInt8)})
     GROUP BY table, partition
     ORDER BY partition, indexOf({tables:Array(String)}, table)`,
    { params: { tables: DAILY_TABLES[signal], before, held: HELD_STEPS } },
  );
  return rows.map((row) => expired(signal, row));
}

/** A run expires when nothing of it came for so long; then all of it does. */
async function expiredRuns(connection: Connection, before: string): Promise<Expired[]> {
  const parts = TRAINING_TABLES.map(
    ({ table, receivedAt }, place) =>
      `SELECT ${place} AS place, '${table}' AS table, toString(RunId) AS what, count() AS rows, NULL AS bytes,
         toString(min(${receivedAt})) AS oldest, toString(max(${receivedAt})) AS newest
       FROM ${table} WHERE RunId IN (SELECT RunId FROM gone) GROUP BY RunId`,
  );
  const rows = await connection.query<Row>(
    `WITH gone AS (SELECT RunId FROM training_runs GROUP BY RunId HAVING max(LastReceivedAt) < toDateTime({before:String}, 'UTC'))
     SELECT table, what, rows, bytes, oldest, newest FROM (${parts.join(' UNION ALL ')}) ORDER BY place, what`,
    { params: { before: `${before} 00:00:00` } },
  );
  return rows.map((row) => expired('training', row));
}

function expired(signal: Retained, { table, what, rows, bytes, oldest, newest }: Row): Expired {
  return {
    signal,
    table,
    what,
    rows: Number(rows),
    bytes: bytes === null ? undefined : Number(bytes),
    oldest,
    newest,
  };
}
