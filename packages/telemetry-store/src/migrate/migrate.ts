import type { Connection } from '../connection/connection.ts';
import { createHistory, type Pending, pendingOf, readHistory, record } from './history.ts';
import type { Migration } from './migration.ts';
import { MigrationError } from './migration-error.ts';
import { type Mutex, NO_MUTEX } from './mutex.ts';

export interface MigrateOptions {
  /** Needed where other processes may migrate the same store: {@link tableMutex}. */
  readonly mutex?: Mutex;
}

/**
 * Applies what is not applied yet, in order, and remembers it statement by statement: after a crash the next call
 * goes on where this one was, running at most one statement a second time.
 *
 * @returns the migrations that were applied or finished now
 * @throws MigrationError naming the file
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  { mutex = NO_MUTEX }: MigrateOptions = {},
): Promise<Migration[]> {
  // Before asking for the mutex: most starts have nothing to do.
  if (pendingOf(migrations, await readHistory(connection)).length === 0) return [];
  return mutex.run(async () => {
    await createHistory(connection);
    const pending = pendingOf(migrations, await readHistory(connection));
    for (const next of pending) await apply(connection, next);
    return pending.map(({ migration }) => migration);
  });
}

async function apply(connection: Connection, { migration, from }: Pending): Promise<void> {
  const { statements, name } = migration;
  if (from === 0) await record(connection, migration, 0);
  for (let i = from; i < statements.length; i++) {
    try {
      await connection.command(statements[i]!);
    } catch (error) {
      const message = `${name}, statement ${i + 1} of ${statements.length}: ${(error as Error).message}`;
      throw new MigrationError(message, { cause: error });
    }
    await record(connection, migration, i + 1);
  }
}
