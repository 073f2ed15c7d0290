import { openMigrated } from '../../ingest/testing/open-store.ts';
import { readMigrations } from '../../migrate/migration.ts';
import { openMigratedServer } from '../../migrate/open-migrated.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { MIGRATIONS } from '../../testing/migrated-folder.ts';
import { startFront } from '../../testing/start-front.ts';
import { tempFolder } from '../../testing/temp-folder.ts';

/** A fresh store with every migration, each way to ClickHouse: for suites that both must pass. */
export const MIGRATED_STORES: readonly (readonly [name: string, open: () => Promise<OpenedStore>])[] = [
  ['embedded', openMigrated],
  ['server', openMigratedBehindFront],
];

async function openMigratedBehindFront(): Promise<OpenedStore> {
  const folder = await tempFolder();
  const front = await startFront(folder.path);
  const connection = await openMigratedServer({ url: front.url }, readMigrations(MIGRATIONS));
  return {
    connection,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      await front[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
