import { readFile } from 'node:fs/promises';
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
  | 'dataFolder'
  | 'backupsKept'
  | 'clickhouseUrl'
  | 'clickhouseUser'
  | 'clickhousePassword'
  | 'clickhouseDatabase'
  | 'clickhouseCaFile'
  | 'clickhouseCertFile'
  | 'clickhouseKeyFile'
>;

/**
 * Four inserts, of all signals together, and one statement of the retention. An insert of 16 MiB takes up to 300 MB of memory
 * while it lasts, which is most of what the process takes under load.
 */
const WRITERS = 5;
const READERS = 4;

/** Statements of the embedded engine that can run at once. */
export const EMBEDDED_STATEMENTS = WRITERS + READERS;

/**
 * The server of the settings where they name one, else the embedded engine, with the schema of this version.
 *
 * @throws StoreError, MigrationError; an Error of the file system where a certificate cannot be read
 */
export async function openStore(settings: StoreSettings): Promise<Connection> {
  const { dataFolder, clickhouseUrl, clickhouseDatabase: database, backupsKept } = settings;
  const migrations = readMigrations(MIGRATIONS);
  if (clickhouseUrl === undefined) {
    const options = { database, readers: READERS, writers: WRITERS, backupsKept };
    return openMigratedEmbedded(dataFolder, migrations, options);
  }
  const { clickhouseUser: user, clickhousePassword: password } = settings;
  const tls = await readTls(settings);
  return openMigratedServer(
    { url: clickhouseUrl, user, database, ...(password !== undefined && { password }), ...(tls && { tls }) },
    migrations,
  );
}

async function readTls(settings: StoreSettings) {
  const { clickhouseCaFile, clickhouseCertFile, clickhouseKeyFile } = settings;
  if (clickhouseCaFile === undefined) return undefined;
  const ca = await readFile(clickhouseCaFile);
  if (clickhouseCertFile === undefined || clickhouseKeyFile === undefined) return { ca };
  return { ca, cert: await readFile(clickhouseCertFile), key: await readFile(clickhouseKeyFile) };
}

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.resolve('@ml-otel/telemetry-store')));
