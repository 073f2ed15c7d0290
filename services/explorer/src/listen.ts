import type { Server } from 'bun';
import type { Hono } from 'hono';

/** Seconds. Exporters send every few seconds or ten; a connection of theirs must not be closed between two sends. */
const IDLE_TIMEOUT = 120;

/** Serves an app; port 0 picks a free one. @throws Error where the address cannot be listened on */
export function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Server<undefined> {
  return Bun.serve({
    hostname: host,
    port,
    idleTimeout: IDLE_TIMEOUT,
    // The app counts bytes itself and answers in OTLP's terms; Bun would answer with an empty 413.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    fetch: app.fetch,
  });
}
