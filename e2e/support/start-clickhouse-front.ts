import { join } from 'node:path';
import { readMigrations } from '../../packages/telemetry-store/src/migrate/migration.ts';
import { openMigratedServer } from '../../packages/telemetry-store/src/migrate/open-migrated.ts';
import { MIGRATIONS } from '../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { type Child, startChild } from '../../scripts/child-process.ts';
import { freePort } from '../../scripts/free-port.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { tempFolder } from './temp-folder.ts';

const FRONT = join(import.meta.dir, 'clickhouse-front/main.ts');

export type ClickhouseFront = {
  readonly url: string;
  readonly pid: number;
  /** Rows of a query, through the HTTP interface. */
  query<Row>(sql: string): Promise<Row[]>;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
  /** Everything it wrote to its log since it was started. */
  log(): string;
  /** Starts it again with the same port and the same data; resolves when it listens. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
} & AsyncDisposable;

/**
 * ClickHouse's HTTP interface over the embedded engine, on a free port, with a folder of its own.
 *
 * @param env FRONT_CONFIG and the like: `clickhouse-front/main.ts` says
 */
export async function startClickhouseFront(
  env: Readonly<Record<string, string>> = {},
): Promise<ClickhouseFront> {
  const folder = await tempFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: Child | undefined;
  let lines: string[] = [];

  async function start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    lines = [];
    const started = startChild({
      command: [process.execPath, FRONT, folder.path, String(port)],
      env: { UV_THREADPOOL_SIZE: '16', ...env, ...more },
      onLine: (line) => lines.push(line),
    });
    child = started;
    await Promise.race([
      waitUntil(() => lines.join('\n').includes(`listening on ${url}`), { what: 'the ClickHouse front' }),
      started.exited.then((code) => {
        throw new Error(`The ClickHouse front ended with exit code ${code}:\n${lines.join('\n')}`);
      }),
    ]);
  }

  await start();
  return {
    url,
    get pid() {
      return child!.pid;
    },
    async query<Row>(sql: string) {
      const response = await fetch(`${url}/?default_format=JSON`, { method: 'POST', body: sql });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text === '' ? [] : (JSON.parse(text) as { data: Row[] }).data;
    },
    kill9: async () => void (await child?.kill9()),
    log: () => lines.join('\n'),
    start,
    [Symbol.asyncDispose]: async () => {
      await child?.kill9();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The same with our tables in the database `otel`, made as the explorer makes them when it starts. */
export async function startMigratedFront(): Promise<ClickhouseFront> {
  const front = await startClickhouseFront();
  await (await openMigratedServer({ url: front.url }, readMigrations(MIGRATIONS))).close();
  return front;
}
