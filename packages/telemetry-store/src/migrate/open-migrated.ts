import { readdirSync } from 'node:fs';
import type { EmbeddedConnection } from '../connection/embedded/embedded.ts';
import { type EmbeddedOptions, openEmbedded } from '../connection/embedded/open-embedded.ts';
import { openServer, type ServerOptions } from '../connection/open-server.ts';
import type { ServerConnection } from '../connection/server.ts';
import { backUp, pruneBackups } from './backup.ts';
import { pendingOf, readHistory } from './history.ts';
import { migrate } from './migrate.ts';
import type { Migration } from './migration.ts';
import { tableMutex } from './table-mutex.ts';

/** Names of backups that are made here. */
const BEFORE = 'before-';

export interface MigratedEmbeddedOptions extends EmbeddedOptions {
  /** Of the backups made before migrations. Default 3. */
  readonly backupsKept?: number;
}

/**
 * An embedded store with this schema. Where it had an older one it is backed up first, as `before-<file>` of the
 * first file that was missing, and old backups of that kind go.
 */
export async function openMigratedEmbedded(
  root: string,
  migrations: readonly Migration[],
  { backupsKept = 3, ...options }: MigratedEmbeddedOptions = {},
): Promise<EmbeddedConnection> {
  const connection = await openEmbedded(root, options);
  const next = await closingOnError(connection, async () => {
    const history = await readHistory(connection);
    const first = pendingOf(migrations, history)[0];
    return history.size === 0 ? undefined : first?.migration.name;
  });
  if (next === undefined) return migrated(connection, migrations);
  await connection.close();
  const name = `${BEFORE}${next}`;
  // Of a migration that was interrupted the backup from before its first try is the one to keep.
  if (!hasBackup(connection.folder.backups, name)) await backUp(root, name);
  const store = await migrated(await openEmbedded(root, options), migrations);
  await pruneBackups(root, backupsKept, BEFORE);
  return store;
}

/** A store on a server with this schema; other processes may open it at the same time. */
export async function openMigratedServer(
  options: ServerOptions,
  migrations: readonly Migration[],
): Promise<ServerConnection> {
  const connection = await openServer(options);
  await closingOnError(connection, () => migrate(connection, migrations, { mutex: tableMutex(connection) }));
  return connection;
}

async function migrated(
  connection: EmbeddedConnection,
  migrations: readonly Migration[],
): Promise<EmbeddedConnection> {
  await closingOnError(connection, () => migrate(connection, migrations));
  return connection;
}

async function closingOnError<T>(connection: { close(): Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function hasBackup(folder: string, name: string): boolean {
  return readdirSync(folder).includes(name);
}
