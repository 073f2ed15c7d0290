import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { ServerConnection } from './server.ts';
import { toStoreError } from './store-error.ts';

/** No statement of ours takes as long; a server that went away without a word is noticed then at the latest. */
const REQUEST_TIMEOUT_MS = 10 * 60_000;

export interface ServerOptions {
  /** `http://host:8123` or `https://…`. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** Made when missing. Default `otel`. */
  readonly database?: string;
  /** PEM: the authority that signed the server's certificate, and our own certificate where the server wants one. */
  readonly tls?: { readonly ca: Uint8Array; readonly cert?: Uint8Array; readonly key?: Uint8Array };
  /** Requests at the same time; more wait their turn. Default 10. */
  readonly connections?: number;
}

/** @throws StoreError where the server does not answer, or refuses us */
export async function openServer(options: ServerOptions): Promise<ServerConnection> {
  const { database = 'otel' } = options;
  // Without a database of its own: ours may not exist yet.
  const first = clientOf(options, 'default');
  try {
    const known = await first.query({
      query: 'SELECT 1 FROM system.databases WHERE name = {database:String}',
      query_params: { database },
      format: 'JSONEachRow',
    });
    if ((await known.json()).length === 0)
      await first.command({
        query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}',
        query_params: { database },
      });
  } catch (error) {
    throw toStoreError(error);
  } finally {
    await first.close();
  }
  return new ServerConnection(clientOf(options, database));
}

function clientOf({ url, user, password, tls, connections = 10 }: ServerOptions, database: string) {
  return createClient({
    url,
    database,
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: connections,
    application: 'ml-otel-bridge',
    // What it would print, settings and all, is in the errors that the caller gets.
    log: { level: ClickHouseLogLevel.OFF },
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: tlsOf(tls) }),
  });
}

function tlsOf({ ca, cert, key }: NonNullable<ServerOptions['tls']>) {
  const ca_cert = Buffer.from(ca);
  return cert && key ? { ca_cert, cert: Buffer.from(cert), key: Buffer.from(key) } : { ca_cert };
}
