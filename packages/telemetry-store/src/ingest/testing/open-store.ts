import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../connection/connection.ts';
import { type OpenedStore, openFreshEmbedded } from '../../testing/connections.ts';
import { batchToken, insertStatement, type Signal } from '../insert-statements.ts';

const MIGRATIONS = join(import.meta.dir, '../../../migrations');

/** A fresh embedded store with every migration. */
export async function openMigrated(): Promise<OpenedStore> {
  const store = await openFreshEmbedded();
  for (const name of (await readdir(MIGRATIONS)).sort())
    for (const statement of (await readFile(join(MIGRATIONS, name), 'utf8')).split(/;\s*$/m))
      if (statement.trim() !== '') await store.connection.command(statement);
  return store;
}

/** Inserts bytes as one batch, under a name of their own unless one is given. */
export function insert(
  connection: Connection,
  signal: Signal,
  body: Uint8Array,
  token = batchToken(Date.now(), crypto.randomUUID()),
): Promise<void> {
  return connection.insertBytes({ ...insertStatement(signal, token), body });
}
