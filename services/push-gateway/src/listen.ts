import type { Server } from 'bun';
import type { Hono } from 'hono';

/** Seconds. Trainers push every ten; a connection of theirs must not be closed between two pushes. */
const IDLE_TIMEOUT = 120;

/** Serves an app. @throws Error where the address cannot be listened on */
export function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Server<undefined> {
  return Bun.serve({
    hostname: host,
    port,
    idleTimeout: IDLE_TIMEOUT,
    // The app counts bytes itself and answers with a problem; Bun would answer with an empty 413.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    fetch: app.fetch,
  });
}
