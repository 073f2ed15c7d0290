import type { Connection } from '../connection/connection.ts';
import { StoreError } from '../connection/store-error.ts';
import type { Mutex } from './mutex.ts';

const EXISTS_ALREADY = 57;

export interface TableMutexOptions {
  /** How often the holder says that it is alive. */
  readonly beatMs?: number;
  /** After this long without a beat a holder is taken for dead. At least several beats. */
  readonly deadAfterMs?: number;
}

/**
 * A mutex on a server: whoever manages to create the table `schema_migrations_lock` holds it, for ClickHouse creates
 * a table only once. The holder changes the table's comment as long as it lives; a waiter that saw the same comment for
 * too long moves the table away and tries again. Of two that do so at once one may move the other's new table: then
 * it sees the wrong comment and puts it back.
 */
export function tableMutex(connection: Connection, options: TableMutexOptions = {}): Mutex {
  const { beatMs = 2_000, deadAfterMs = 30_000 } = options;
  return {
    async run(work) {
      await acquire(connection, deadAfterMs);
      let beating: Promise<unknown> = Promise.resolve();
      const timer = setInterval(() => {
        // A beat that fails shows in the work itself, which talks to the same server.
        beating = beat(connection).catch(() => {});
      }, beatMs);
      try {
        return await work();
      } finally {
        clearInterval(timer);
        await beating;
        await connection.command('DROP TABLE IF EXISTS schema_migrations_lock SYNC');
      }
    },
  };
}

async function acquire(connection: Connection, deadAfterMs: number): Promise<void> {
  let seen = '';
  let since = performance.now();
  for (;;) {
    if (await create(connection)) return;
    const comment = await commentOf(connection, 'schema_migrations_lock');
    if (comment !== seen) {
      seen = comment ?? '';
      since = performance.now();
    } else if (performance.now() - since > deadAfterMs) {
      await moveAway(connection, seen);
    }
    await Bun.sleep(Math.min(100, deadAfterMs / 4));
  }
}

async function create(connection: Connection): Promise<boolean> {
  try {
    await connection.command(
      `CREATE TABLE schema_migrations_lock (held UInt8) ENGINE = Memory COMMENT '${crypto.randomUUID()}'`,
    );
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === EXISTS_ALREADY) return false;
    throw error;
  }
}

async function beat(connection: Connection): Promise<void> {
  await connection.command(`ALTER TABLE schema_migrations_lock MODIFY COMMENT '${crypto.randomUUID()}'`);
}

async function commentOf(connection: Connection, table: string): Promise<string | undefined> {
  const [row] = await connection.query<{ comment: string }>(
    'SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
    { params: { table } },
  );
  return row?.comment;
}

async function moveAway(connection: Connection, dead: string): Promise<void> {
  const aside = `schema_migrations_lock_${crypto.randomUUID().replaceAll('-', '')}`;
  const names = { params: { aside } };
  try {
    await connection.command('RENAME TABLE schema_migrations_lock TO {aside:Identifier}', names);
    if ((await commentOf(connection, aside)) === dead)
      await connection.command('DROP TABLE {aside:Identifier} SYNC', names);
    else await connection.command('RENAME TABLE {aside:Identifier} TO schema_migrations_lock', names);
  } catch (error) {
    // Another waiter was first.
    if (!(error instanceof StoreError) || error.reason !== 'engine') throw error;
  }
}
