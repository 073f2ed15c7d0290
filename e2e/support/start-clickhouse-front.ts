import { join } from 'node:path';
import { startChild } from '../../scripts/child-process.ts';
import { waitUntil } from '../../scripts/wait-until.ts';
import { tempFolder } from './temp-folder.ts';

export type ClickhouseFront = {
  readonly url: string;
  /** Rows of a query, through the HTTP interface. */
  query<Row>(sql: string): Promise<Row[]>;
} & AsyncDisposable;

/** ClickHouse's HTTP interface over the embedded engine, on a free port, with a folder of its own. */
export async function startClickhouseFront(): Promise<ClickhouseFront> {
  const folder = await tempFolder();
  const lines: string[] = [];
  const child = startChild({
    command: [process.execPath, join(import.meta.dir, 'clickhouse-front/main.ts'), folder.path],
    env: { UV_THREADPOOL_SIZE: '16' },
    onLine: (line) => lines.push(line),
  });
  const url = await waitUntil(() => /listening on (\S+)/.exec(lines.join('\n'))?.[1], {
    what: 'the ClickHouse front',
  });
  return {
    url,
    async query<Row>(sql: string) {
      const response = await fetch(url, { method: 'POST', body: `${sql} FORMAT JSON` });
      if (!response.ok) throw new Error(await response.text());
      return ((await response.json()) as { data: Row[] }).data;
    },
    [Symbol.asyncDispose]: async () => {
      await child.kill9();
      await folder[Symbol.asyncDispose]();
    },
  };
}
