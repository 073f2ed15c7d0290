/**
 * ClickHouse's HTTP interface in front of the embedded engine, for tests only: enough of it for @clickhouse/client
 * and the collector's clickhouseexporter. No grants, no sessions, whole answers instead of streams.
 *
 * `bun main.ts <folder> [port]`; port 0, the default, takes a free one. Prints its URL when it listens. FRONT_HOST is the
 * address to listen on (default: loopback). FRONT_USERS is a users.d/*.xml; without one everybody is let in. FRONT_CONFIG
 * is a config.xml for the engine, whose user is always `default`.
 */
import { resolve } from 'node:path';
import { answer, answerError } from './front-answer.ts';
import { FrontEngine } from './front-engine.ts';
import { readRequest } from './front-request.ts';
import { isKnown, readUsers } from './front-users.ts';
import { GO_HELLO, goHello } from './go-hello.ts';

const [folder, port = '0'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: bun main.ts <folder> [port]');

const { FRONT_HOST: hostname = '127.0.0.1', FRONT_USERS: usersFile, FRONT_CONFIG: config } = process.env;
const users = usersFile === undefined ? undefined : readUsers(await Bun.file(usersFile).text());
const engine = new FrontEngine(resolve(folder), config);
const version = engine.version();

async function handle(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const asksNothing = request.method === 'GET' && !searchParams.has('query');
  if (pathname === '/ping' || asksNothing) return new Response('Ok.\n');
  const asked = await readRequest(request);
  if (users && !isKnown(users, request))
    return answerError(asked, 'Code: 516. DB::Exception: Authentication failed (AUTHENTICATION_FAILED)');
  try {
    if (GO_HELLO.test(asked.sql)) {
      const hello = { bytes: goHello(version), format: 'Native', readRows: 1, writtenRows: 0, elapsedMs: 0 };
      return answer(asked, hello);
    }
    return answer(asked, await engine.run(asked, request.signal));
  } catch (error) {
    return answerError(asked, error);
  }
}

const server = Bun.serve({
  port: Number(port),
  hostname,
  idleTimeout: 120,
  maxRequestBodySize: 1 << 29,
  fetch: handle,
});
console.log(`listening on ${server.url.origin}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await server.stop(true);
    engine.close();
    process.exit(0);
  });
}
