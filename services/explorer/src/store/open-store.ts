import { fileURLToPath } from 'node:url';
import {
  type Connection,
  openMigratedEmbedded,
  openMigratedServer,
  readMigrations,
} from '@ml-otel/telemetry-store';
import type { Settings } from '../settings.ts';

type StoreSettings = Pick<
  Settings,
  'dataFolder' | 'clickhouseUrl' | 'clickhouseUser' | 'clickhousePassword' | 'clickhouseDatabase'
>;

/** Two inserts of each signal can be in flight. */
const WRITERS = 6;
const READERS = 4;

/** Statements of the embedded engine that can run at once. */
export const EMBEDDED_STATEMENTS = WRITERS + READERS;

/**
 * The server of the settings where they name one, else the embedded engine, with the schema of this version.
 *
 * @throws StoreError, MigrationError
 */
export function openStore(settings: StoreSettings): Promise<Connection> {
  const { clickhouseUrl: url, clickhouseUser: user, clickhousePassword: password } = settings;
  const database = settings.clickhouseDatabase;
  const migrations = readMigrations(MIGRATIONS);
  return url === undefined
    ? openMigratedEmbedded(settings.dataFolder, migrations, { database, readers: READERS, writers: WRITERS })
    : openMigratedServer({ url, user, database, ...(password !== undefined && { password }) }, migrations);
}

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.resolve('@ml-otel/telemetry-store')));
