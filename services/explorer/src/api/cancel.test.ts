import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { listen } from '@ml-otel/service-kit/listen';
import type { Connection } from '@ml-otel/telemetry-store';
import { AnnouncedChanges } from '../tail/changes.ts';
import { createApi } from './app.ts';
import { ABOUT, type OpenApi, openApi } from './testing/open-api.ts';

let api: OpenApi;
setDefaultTimeout(30_000);
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** The store, but each query takes a minute in the engine. */
function slow(begun: () => void): Connection {
  return {
    query: (_sql, { signal } = {}) => {
      begun();
      return api.store.query('SELECT sum(sleepEachRow(0.5)) FROM numbers(120) SETTINGS max_block_size = 1', {
        settings: { function_sleep_max_microseconds_per_block: 100_000_000 },
        ...(signal && { signal }),
      });
    },
    command: (sql, options) => api.store.command(sql, options),
    insertBytes: (options) => api.store.insertBytes(options),
    close: () => Promise.resolve(),
  };
}

test('who goes ends the query in the engine, and makes room for the next', async () => {
  let begun = 0;
  const app = createApi({
    access: undefined,
    about: ABOUT,
    changes: new AnnouncedChanges(),
    store: slow(() => begun++),
    onFault: (error) => api.faults.push(error),
    queries: { running: 1, waiting: 1 },
  });
  await using server = listen(app, { host: '127.0.0.1', port: 0 });
  const url = `${server.url.href}api/logs`;
  const until = async (holds: () => boolean | Promise<boolean>) => {
    while (!(await holds())) await Bun.sleep(20);
  };
  const first = new AbortController();
  const gone = fetch(url, { signal: first.signal }).catch((error: Error) => error.name);
  await until(() => begun === 1);
  // Of two more one waits, whichever comes first, and the other is told to come again.
  const others = [0, 1].map((name) => {
    const controller = new AbortController();
    return { name, controller, answer: fetch(url, { signal: controller.signal }) };
  });
  const refused = await Promise.race(
    others.map(async (other) => ({ ...other, response: await other.answer })),
  );
  expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([503, '2']);
  const waiting = others.find(({ name }) => name !== refused.name)!;
  first.abort();
  expect(await gone).toBe('AbortError');
  await until(() => begun === 2);
  waiting.controller.abort();
  expect(await waiting.answer.catch((error: Error) => error.name)).toBe('AbortError');
  await until(async () => {
    const [row] = await api.store.query<{ running: string }>(
      "SELECT count() AS running FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%'",
    );
    return row?.running === '0';
  });
  expect(api.faults).toEqual([]);
});
