import type { Connection } from '../../connection/connection.ts';
import { openEmbedded } from '../../connection/embedded/open-embedded.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { makeMigratedFolder } from '../../testing/migrated-folder.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { batchToken, insertStatement } from '../insert-statements.ts';
import type { Signal } from '../signal.ts';

/** A fresh embedded store with every migration. */
export async function openMigrated(): Promise<OpenedStore> {
  const folder = await tempFolder();
  await makeMigratedFolder(folder.path);
  const connection = await openEmbedded(folder.path);
  return {
    connection,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Inserts bytes as one batch, under a name of their own unless one is given. */
export function insert(
  connection: Connection,
  signal: Signal,
  body: Uint8Array,
  token = batchToken(Date.now(), crypto.randomUUID()),
): Promise<void> {
  return connection.insertBytes(insertStatement(signal, body, token));
}
