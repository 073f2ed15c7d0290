import { expect, test } from 'bun:test';
import { STORED_METRICS } from './expected-metrics.ts';
import { storeVerification, verifyStoreOnce } from './store-verification.ts';

const LAST = '2026-01-01T00:00:00.000000000Z';
const metric = (name: string, points = 1) => ({ name, points, lastTime: LAST });

test('names what has no points; metrics of other kinds are not shown', () => {
  const [first, second, ...others] = STORED_METRICS;
  const found = storeVerification(
    [metric(first!, 0), ...others.map((name) => metric(name)), metric('ml.bridge.jobs.live')],
    [],
  );
  expect(found.missing).toEqual([
    `${first} in the store`,
    `${second} in the store`,
    'the start of a run among the log records',
  ]);
  expect(found.metrics.map(({ name }) => name)).toEqual([first!, ...others].sort());
  expect(
    storeVerification(
      STORED_METRICS.map((name) => metric(name)),
      [{}],
    ).missing,
  ).toEqual([]);
});

test('what answers but is no explorer is told apart; a token that is missing is said', async () => {
  using page = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('<html>') });
  expect(await verifyStoreOnce(page.url.href)).toBeUndefined();
  using other = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => Response.json({ status: 'success' }),
  });
  expect(await verifyStoreOnce(other.url.href)).toBeUndefined();
  using guarded = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ headers }) =>
      headers.get('authorization') === 'Bearer t'
        ? Response.json({ rows: [] })
        : Response.json({}, { status: 401 }),
  });
  await expect(verifyStoreOnce(guarded.url.href)).rejects.toThrow('ML_OTEL_TOKEN');
  expect(await verifyStoreOnce(guarded.url.href, 't')).toBeDefined();
});
