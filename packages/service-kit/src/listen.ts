import type { Server } from 'bun';

/** What answers requests; a Hono app is one. */
export interface App {
  fetch(request: Request): Response | Promise<Response>;
}

/** Seconds. Senders come every few seconds or ten; a connection of theirs must not be closed between two sends. */
const IDLE_TIMEOUT = 120;

/** Serves an app; port 0 picks a free one. @throws Error where the address cannot be listened on */
export function listen(
  app: App,
  { host, port }: { readonly host: string; readonly port: number },
): Server<undefined> {
  return Bun.serve({
    hostname: host,
    port,
    idleTimeout: IDLE_TIMEOUT,
    // The app counts bytes itself and answers in its own terms; Bun would answer with an empty 413.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    fetch: (request) => app.fetch(request),
  });
}
