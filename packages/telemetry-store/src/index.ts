export type {
  Connection,
  InsertBytesOptions,
  Parameters,
  QueryOptions,
  Settings,
  StatementOptions,
} from './connection/connection.ts';
export type { EmbeddedConnection } from './connection/embedded/embedded.ts';
export {
  DEFAULT_STATEMENTS,
  type EmbeddedOptions,
  openEmbedded,
} from './connection/embedded/open-embedded.ts';
export { threadPoolEnvironment } from './connection/embedded/thread-pool.ts';
export { DEFAULT_LIMITS, type QueryLimits } from './connection/limits.ts';
export { openServer, type ServerOptions } from './connection/open-server.ts';
export { StoreError, type StoreErrorReason } from './connection/store-error.ts';
export { checkRequest, type RequestFault } from './ingest/check-request.ts';
export { batchToken, type InsertStatement, insertStatement } from './ingest/insert-statements.ts';
export { isUnreadable } from './ingest/is-unreadable.ts';
export {
  type Backup,
  backUp,
  backupsOf,
  listBackups,
  pruneBackups,
  restore,
} from './migrate/backup.ts';
export { type MigrateOptions, migrate } from './migrate/migrate.ts';
export { type Migration, readMigrations } from './migrate/migration.ts';
export { MigrationError } from './migrate/migration-error.ts';
export type { Mutex } from './migrate/mutex.ts';
export { openMigratedEmbedded, openMigratedServer } from './migrate/open-migrated.ts';
export { ALONE, type Placeholders } from './migrate/placeholders.ts';
export { type TableMutexOptions, tableMutex } from './migrate/table-mutex.ts';
