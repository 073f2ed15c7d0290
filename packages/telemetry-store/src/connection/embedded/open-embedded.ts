import { mkdirSync } from 'node:fs';
import { quoteIdentifier } from '../sql-text.ts';
import { toStoreError } from '../store-error.ts';
import { type DataFolder, dataFolder, prepareFolder } from './data-folder.ts';
import { EmbeddedConnection } from './embedded.ts';
import { lockFolder } from './folder-lock.ts';
import { EngineSession } from './session.ts';
import { Slots } from './slots.ts';

export interface EmbeddedOptions {
  /** The database that unqualified names mean; made when missing. Default `otel`. */
  readonly database?: string;
  /** Queries that run at the same time; more wait their turn. Default 4. */
  readonly readers?: number;
  /** Commands and inserts that run at the same time. Default 2. */
  readonly writers?: number;
  /** For the whole engine, beyond which statements fail. Default: half of the machine's, or of the container's limit. */
  readonly memoryBytes?: number;
}

/** Statements of an embedded connection that can run at once, see {@link threadPoolEnvironment}. */
export const DEFAULT_STATEMENTS = 6;

/**
 * Opens ClickHouse in a data folder, made when missing.
 *
 * @throws StoreError where another process, or this one, has the folder open
 */
export async function openEmbedded(root: string, options: EmbeddedOptions = {}): Promise<EmbeddedConnection> {
  const folder = dataFolder(root);
  mkdirSync(folder.root, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder.root);
  try {
    prepareFolder(folder);
    return openEngine(folder, options, unlock);
  } catch (error) {
    unlock();
    throw toStoreError(error);
  }
}

function openEngine(folder: DataFolder, options: EmbeddedOptions, unlock: () => void): EmbeddedConnection {
  const { database = 'otel', readers = 4, writers = 2, memoryBytes } = options;
  const args = [
    // The engine knows the limits of control groups, which the operating system's figure leaves out.
    memoryBytes === undefined
      ? '--max_server_memory_usage_to_ram_ratio=0.5'
      : `--max_server_memory_usage=${memoryBytes}`,
    `--backups.allowed_path=${folder.backups}`,
    // Before anyone asks, not behind their backs: a query at once after opening must see every table.
    '--async_load_databases=0',
  ];
  const opened: EngineSession[] = [];
  const open = () => {
    const session = new EngineSession(folder.engine, args);
    opened.push(session);
    return session;
  };
  try {
    const control = open();
    control.runNow(`CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(database)}`);
    const use = (session: EngineSession) => {
      session.runNow(`USE ${quoteIdentifier(database)}`);
      return session;
    };
    const reading = Array.from({ length: readers }, () => use(open()));
    for (const session of reading) session.runNow('SET readonly = 2');
    const writing = Array.from({ length: writers }, () => use(open()));
    return new EmbeddedConnection({
      folder,
      control,
      readers: new Slots(reading),
      writers: new Slots(writing),
      unlock,
    });
  } catch (error) {
    for (const session of opened) session.close();
    throw error;
  }
}
