import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '@ml-otel/telemetry-store';
import { AnnouncedChanges, timedChanges } from '../tail/changes.ts';
import { createApi } from './app.ts';
import { ABOUT, logsRequest, type OpenApi, openApi } from './testing/open-api.ts';
import { readEvents } from './testing/read-events.ts';
import { curveRequest } from './testing/training.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
}, 30_000);
afterAll(() => api[Symbol.asyncDispose]());
setDefaultTimeout(30_000);

const now = () => BigInt(Date.now()) * 1_000_000n;
const log = (body: string, service = 'tailed') =>
  api.put('logs', logsRequest(service, [{ time: now(), body }]));
const watch = async (path: string, headers: Record<string, string> = {}, app = api.app) => {
  const answer = await app.request(path, { headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  return readEvents(answer);
};

type Events = ReturnType<typeof readEvents>;
/** The bodies of records, until there are so many; and the id of the last event. */
async function bodies(events: Events, count: number): Promise<{ seen: string[]; id: string }> {
  const seen: string[] = [];
  let id = '';
  while (seen.length < count) {
    const event = (await events.next())!;
    id = event.id;
    seen.push(...(event.data as { records: readonly { body: string }[] }).records.map(({ body }) => body));
  }
  return { seen, id };
}

describe('logs', () => {
  test('come as they are committed, also late ones; what was there before does not', async () => {
    await log('before');
    const events = await watch('/api/tail/logs?service=tailed');
    await log('first');
    await log('of another', 'other');
    await api.put('logs', logsRequest('tailed', [{ time: 5n, body: 'late' }]));
    expect((await bodies(events, 2)).seen).toEqual(['first', 'late']);
    await log('alike');
    await log('alike');
    expect((await bodies(events, 2)).seen).toEqual(['alike', 'alike']);
    await events.cancel();
  });

  test('who comes again gets what was missed, each once', async () => {
    const path = '/api/tail/logs?service=resumed';
    const events = await watch(path);
    await log('one', 'resumed');
    const { id } = await bodies(events, 1);
    await events.cancel();
    await log('two', 'resumed');
    const other = await watch(path);
    await log('three', 'resumed');
    const third = await bodies(other, 1);
    expect(third.seen).toEqual(['three']);
    const again = await watch(path, { 'last-event-id': id });
    expect((await bodies(again, 2)).seen).toEqual(['two', 'three']);
    await Promise.all([other.cancel(), again.cancel()]);
  });

  test('another process goes on from the id, too: nothing is missed, some is told again', async () => {
    const events = await watch('/api/tail/logs?service=moved');
    await log('one', 'moved');
    const { id } = await bodies(events, 1);
    await events.cancel();
    await log('two', 'moved');
    const next = createApi({
      access: undefined,
      store: api.store,
      changes: timedChanges(100),
      about: ABOUT,
      onFault: () => {},
    });
    const again = await watch('/api/tail/logs?service=moved', { 'last-event-id': id }, next);
    await log('three', 'moved');
    const seen: string[] = [];
    while (!seen.includes('three')) seen.push(...(await bodies(again, 1)).seen);
    expect(seen).toContain('two');
    await again.cancel();
  });

  test('one query answers all who watch the same', async () => {
    let asked = 0;
    const counted: Connection = {
      query: (sql, options) => {
        if (sql.includes('receivedAt')) asked++;
        return api.store.query(sql, options);
      },
      command: (sql, options) => api.store.command(sql, options),
      insertBytes: (options) => api.store.insertBytes(options),
      close: () => api.store.close(),
    };
    const changes = new AnnouncedChanges();
    const app = createApi({ access: undefined, store: counted, changes, about: ABOUT, onFault: () => {} });
    const path = '/api/tail/logs?service=crowd';
    const all = await Promise.all(Array.from({ length: 20 }, () => watch(path, {}, app)));
    const before = asked;
    await log('to all', 'crowd');
    changes.announce('logs');
    for (const events of all) expect((await bodies(events, 1)).seen).toEqual(['to all']);
    expect(asked - before).toBe(1);
    await Promise.all(all.map((events) => events.cancel()));
  });
});

interface RunNews {
  readonly run?: { readonly id: string; readonly lastStep?: number };
  readonly metrics: readonly { readonly lastValue: number }[];
  readonly gone: boolean;
}
interface RunsNews {
  readonly runs: readonly { readonly id: string; readonly lastLoss?: number }[];
  readonly gone: readonly string[];
}

describe('runs', () => {
  const start = BigInt(Date.now() - 60_000) * 1_000_000n;
  const point = (run: string, step: number, value: number) =>
    api.put('metrics', curveRequest(run, [value], { start, firstStep: step }));

  test('of one: all of it, then what changes', async () => {
    await point('live', 1, 3);
    const events = await watch('/api/tail/runs/live');
    expect((await events.next())!.data as RunNews).toMatchObject({
      run: { id: 'live', lastStep: 1 },
      metrics: [{ lastValue: 3 }],
      gone: false,
    });
    await point('live', 2, 2);
    const changed = (await events.next())!;
    expect(changed.data as RunNews).toMatchObject({ run: { lastStep: 2 }, metrics: [{ lastValue: 2 }] });
    await events.cancel();
    await point('live', 3, 1);
    const again = await watch('/api/tail/runs/live', { 'last-event-id': changed.id });
    expect((await again.next())!.data as RunNews).toMatchObject({
      run: { lastStep: 3 },
      metrics: [{ lastValue: 1 }],
    });
    await again.cancel();
  });

  test('the list: all, then those that change, and those that go', async () => {
    await point('a', 1, 3);
    const events = await watch('/api/tail/runs');
    const ids = ((await events.next())!.data as RunsNews).runs.map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['a', 'live']);
    await point('b', 1, 7);
    expect(((await events.next())!.data as RunsNews).runs).toMatchObject([{ id: 'b', lastLoss: 7 }]);
    await api.app.request('/api/runs/a', { method: 'DELETE' });
    await point('b', 2, 8);
    const gone: string[] = [];
    while (gone.length === 0) gone.push(...((await events.next())!.data as RunsNews).gone);
    expect(gone).toEqual(['a']);
    await events.cancel();
  }, 60_000);

  test('of none: it is gone', async () => {
    const events = await watch('/api/tail/runs/none');
    expect((await events.next())!.data as RunNews).toEqual({ metrics: [], gone: true });
    await events.cancel();
  });
});
