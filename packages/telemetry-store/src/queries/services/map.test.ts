import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { insert } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { tracesRequest } from '../testing/make-requests.ts';
import { MIGRATED_STORES } from '../testing/migrated-stores.ts';
import { type MapEdge, serviceMap } from './map.ts';

setDefaultTimeout(60_000);

const SECOND = 1_000_000_000n;
const MS = 1_000_000n;
const T = 1_780_000_000n * SECOND;
const range = { from: T, to: T + 600n * SECOND };
const [INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER] = [1, 2, 3, 4, 5];

describe.each(MIGRATED_STORES)('%s', (_name, open) => {
  let store: OpenedStore;
  let connection: Connection;
  beforeAll(async () => {
    store = await open();
    connection = store.connection;
  }, 30_000);
  afterAll(() => store[Symbol.asyncDispose]());

  const id = (n: number) => n.toString(16).padStart(16, '0');
  interface Made {
    readonly trace: number;
    readonly id: number;
    readonly parent?: number;
    readonly kind: number | undefined;
    readonly at?: bigint;
    readonly ms?: bigint;
    readonly error?: boolean;
    readonly attributes?: Record<string, string>;
  }
  const put = (service: string, spans: readonly Made[]) =>
    insert(
      connection,
      'traces',
      tracesRequest(
        service,
        spans.map(({ trace, id: own, parent, kind, at, ms, error, attributes }) => ({
          traceId: trace.toString(16).padStart(32, '0'),
          spanId: id(own),
          ...(parent !== undefined && { parentSpanId: id(parent) }),
          name: 'op',
          kind: kind!,
          start: at ?? T + SECOND,
          duration: (ms ?? 1n) * MS,
          ...(error && { error }),
          ...(attributes && { attributes }),
        })),
      ),
    );
  const ask = (own: object = {}) => serviceMap(connection, { range, quantiles: [1], ...own });
  const named = ({ from, to, calls, errors }: MapEdge) =>
    `${from.kind} ${from.name} > ${to.kind} ${to.name}: ${calls}, ${errors} failed`;

  test('calls between services, and to what sends no spans', async () => {
    const traces = Array.from({ length: 10 }, (_, i) => i + 1);
    await put(
      'web',
      traces.flatMap((trace) => [
        { trace, id: 1, kind: SERVER },
        { trace, id: 2, parent: 1, kind: CLIENT, ms: 30n },
        {
          trace,
          id: 9,
          parent: 1,
          kind: PRODUCER,
          attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'jobs' },
        },
      ]),
    );
    await put(
      'api',
      traces.flatMap((trace) => [
        // Its caller has the same trace and this parent, whichever came first.
        { trace, id: 3, parent: 2, kind: SERVER, ms: 20n, error: trace === 1 },
        { trace, id: 4, parent: 3, kind: INTERNAL },
        {
          trace,
          id: 5,
          parent: 4,
          kind: CLIENT,
          attributes: { 'db.system': 'postgresql', 'db.name': 'runs' },
        },
        {
          trace,
          id: 6,
          parent: 4,
          kind: CLIENT,
          error: trace === 1,
          attributes: { 'server.address': 's3.example', 'db.system': '' },
        },
        {
          trace,
          id: 7,
          parent: 4,
          kind: CLIENT,
          attributes: { 'peer.service': 'billing', 'server.address': 'b.example' },
        },
        // Nobody knows whom.
        { trace, id: 8, parent: 4, kind: CLIENT },
      ]),
    );
    // In a trace of its own: what it consumed is told by the queue alone.
    await put(
      'worker',
      traces.flatMap((trace) => [
        {
          trace: trace + 100,
          id: 1,
          kind: CONSUMER,
          attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'jobs' },
        },
        { trace: trace + 100, id: 2, parent: 1, kind: SERVER },
      ]),
    );
    const map = await ask();
    expect(map).toMatchObject({ sampledOneIn: 1, callersNotFound: 0 });
    expect(map.edges.map(named).sort()).toEqual([
      'messaging kafka jobs > service worker: 10, 0 failed',
      'service api > database postgresql runs: 10, 0 failed',
      'service api > external s3.example: 10, 1 failed',
      'service api > service billing: 10, 0 failed',
      'service web > messaging kafka jobs: 10, 0 failed',
      'service web > service api: 10, 1 failed',
    ]);
    expect(map.edges.find(({ to }) => to.name === 'api')!.durations).toEqual([20e6]);
  });

  test('a caller that began before the range is found; one that was never sent is counted', async () => {
    await put('early', [{ trace: 300, id: 1, kind: CLIENT, at: T - 200n * SECOND }]);
    await put('late', [{ trace: 300, id: 2, parent: 1, kind: SERVER }]);
    await put('lost', [{ trace: 301, id: 2, parent: 77, kind: SERVER }]);
    const map = await ask();
    expect(map.edges.map(named)).toContain('service early > service late: 1, 0 failed');
    expect(map.callersNotFound).toBe(1);
    // A call is of the range that the callee is in.
    const before = await ask({ range: { from: T - 300n * SECOND, to: T } });
    expect(before.edges).toEqual([]);
  });

  test('a caller that was sent twice makes no more calls', async () => {
    const caller = { trace: 400, id: 1, kind: CLIENT };
    await put('twice', [caller]);
    await put('twice', [caller]);
    await put('once', [{ trace: 400, id: 2, parent: 1, kind: SERVER }]);
    expect((await ask()).edges.map(named)).toContain('service twice > service once: 1, 0 failed');
  });

  test('beyond so many spans whole traces are left out, and it says so', async () => {
    const { edges: all } = await ask();
    const map = await ask({ maxSpans: 60 });
    expect(map.sampledOneIn).toBeGreaterThan(1);
    for (const { from, to, calls } of map.edges) {
      expect(calls % map.sampledOneIn).toBe(0);
      expect(all).toContainEqual(expect.objectContaining({ from, to }));
    }
    expect(map.edges.length).toBeGreaterThan(0);
  });

  test('names that are hostile are names', async () => {
    const hostile = "'; DROP TABLE otel_traces; -- {x:String} \\ \n🦊";
    await put(hostile, [{ trace: 500, id: 1, kind: CLIENT, attributes: { 'peer.service': hostile } }]);
    expect((await ask()).edges).toContainEqual({
      from: { kind: 'service', name: hostile },
      to: { kind: 'service', name: hostile },
      calls: 1,
      errors: 0,
      durations: [1e6],
    });
    await expect(ask({ maxSpans: 0 })).rejects.toThrow('maxSpans');
    await expect(ask({ quantiles: [2] })).rejects.toThrow('from 0 to 1');
    expect(await ask({ range: { from: T, to: T } })).toEqual({
      edges: [],
      sampledOneIn: 1,
      callersNotFound: 0,
    });
    await ask({ range: { from: -(2n ** 70n), to: 2n ** 70n } });
  });
});
