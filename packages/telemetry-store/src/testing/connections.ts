import type { Connection } from '../connection/connection.ts';
import { openEmbedded } from '../connection/embedded/open-embedded.ts';
import { openServer } from '../connection/open-server.ts';
import { startFront } from './start-front.ts';
import { tempFolder } from './temp-folder.ts';

export type OpenedStore = { readonly connection: Connection } & AsyncDisposable;

/** Each way to ClickHouse, for suites that all of them must pass; a fresh store each time. */
export const CONNECTIONS: readonly (readonly [name: string, open: () => Promise<OpenedStore>])[] = [
  ['embedded', openFreshEmbedded],
  ['server', openFreshServer],
];

export async function openFreshEmbedded(): Promise<OpenedStore> {
  const folder = await tempFolder();
  const connection = await openEmbedded(folder.path);
  return {
    connection,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Through the HTTP front of e2e/. */
export async function openFreshServer(): Promise<OpenedStore> {
  const folder = await tempFolder();
  const front = await startFront(folder.path);
  const connection = await openServer({ url: front.url });
  return {
    connection,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      await front[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
