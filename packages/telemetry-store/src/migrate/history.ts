import type { Connection } from '../connection/connection.ts';
import type { Migration } from './migration.ts';
import { MigrationError } from './migration-error.ts';

/** What the store remembers of one migration. */
export interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  /** Statements that are done, of how many. */
  readonly done: number;
  readonly total: number;
}

/** Appended to, never changed: the latest row of a version counts. */
export async function createHistory(connection: Connection): Promise<void> {
  await connection.command(`CREATE TABLE IF NOT EXISTS schema_migrations (
    version UInt32, name String, checksum String, done UInt32, total UInt32,
    at DateTime64(6, 'UTC') DEFAULT now64(6)
  ) ENGINE = MergeTree ORDER BY (version, at)`);
}

export async function readHistory(connection: Connection): Promise<Map<number, Applied>> {
  const [exists] = await connection.query(
    "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'",
  );
  if (exists === undefined) return new Map();
  const rows = await connection.query<Applied>(
    'SELECT version, name, checksum, done, total FROM schema_migrations ORDER BY version, at DESC, done DESC LIMIT 1 BY version',
  );
  return new Map(rows.map((row) => [row.version, row]));
}

export async function record(connection: Connection, migration: Migration, done: number): Promise<void> {
  const { version, name, checksum, statements } = migration;
  await connection.command(
    `INSERT INTO schema_migrations (version, name, checksum, done, total)
     SELECT {version:UInt32}, {name:String}, {checksum:String}, {done:UInt32}, {total:UInt32}`,
    { params: { version, name, checksum, done, total: statements.length } },
  );
}

/** What is left to do, with the number of the first statement that is. */
export interface Pending {
  readonly migration: Migration;
  readonly from: number;
}

/**
 * @throws MigrationError where the store is newer than these migrations, or one that was applied has since been
 * changed, or one appeared before those that were applied
 */
export function pendingOf(
  migrations: readonly Migration[],
  history: ReadonlyMap<number, Applied>,
): Pending[] {
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  for (const { version, name } of history.values()) {
    if (!known.has(version))
      throw new MigrationError(
        `the store was migrated by a newer version of this program (${name}): run that version, or restore the backup from before it`,
      );
  }
  return migrations.flatMap((migration) => {
    const applied = history.get(migration.version);
    if (applied === undefined) return { migration, from: 0 };
    const isSame = applied.checksum === migration.checksum;
    if (applied.done < applied.total) return { migration, from: isSame ? applied.done : 0 };
    if (isSame) return [];
    throw new MigrationError(
      `${migration.name} was changed after it was applied: put the file back as it was, and make a new migration for the change`,
    );
  });
}
