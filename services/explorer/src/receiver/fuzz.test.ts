import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { SIGNALS } from './signal.ts';
import { type GrpcClient, grpcClient } from './testing/grpc-client.ts';
import { type MemoryCommitter, memoryCommitter } from './testing/memory-committer.ts';
import { spanJson, spanRequest } from './testing/requests.ts';
import { startTestReceiver, type TestReceiver } from './testing/test-receiver.ts';

let committer: MemoryCommitter;
let receiver: TestReceiver;
let client: GrpcClient;
beforeAll(async () => {
  committer = memoryCommitter();
  receiver = await startTestReceiver({ committer, maxMessageBytes: 100_000 });
  client = grpcClient(receiver.servers.grpcPort);
});
afterAll(async () => {
  client[Symbol.dispose]();
  await receiver[Symbol.asyncDispose]();
});

const sound = spanRequest('sound', 50);
const json = Buffer.from(JSON.stringify(spanJson('sound')));

/** A sound request of some kind with a few bytes changed, taken out or put in. */
const mutated = fc
  .record({
    base: fc.constantFrom(
      sound,
      json,
      gzipSync(sound),
      zstdCompressSync(json),
      gzipSync(json),
      Buffer.alloc(0),
    ),
    at: fc.nat(400),
    taken: fc.nat(6),
    put: fc.uint8Array({ maxLength: 6 }),
  })
  .map(({ base, at, taken, put }) =>
    Buffer.concat([base.subarray(0, at), put, base.subarray(Math.min(at + taken, base.length))]),
  );
const body = fc.oneof(mutated, fc.uint8Array({ maxLength: 300 }).map(Buffer.from));

const headerText = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, '').trim());
/** Mostly right, since a wrong one is answered before the body is looked at. */
const mostly = (right: readonly string[], wrong: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: wrong });

const mediaType = mostly(
  ['application/json', 'application/x-protobuf', 'APPLICATION/JSON;;'],
  fc.oneof(fc.constantFrom('text/plain', ','), headerText),
);
const coding = mostly(
  ['gzip', 'zstd', 'identity', '', 'GZIP'],
  fc.oneof(fc.constant('gzip, gzip'), headerText),
);
const path = mostly(
  Object.values(SIGNALS).map(({ httpPath }) => httpPath),
  fc.oneof(fc.constantFrom('/', '/v1/traces/', '/v1//traces', '/%00'), fc.webPath()),
);
const method = mostly(['POST'], fc.constantFrom('PUT', 'GET', 'OPTIONS', 'HEAD', 'DELETE'));
const origin = fc.option(headerText, { nil: undefined, freq: 2 });

const SAID = new Set([200, 400, 401, 403, 404, 405, 413, 415, 429, 503]);
const SAID_BY_GRPC = new Set<number>([
  status.INVALID_ARGUMENT,
  status.RESOURCE_EXHAUSTED,
  status.UNIMPLEMENTED,
]);

describe('whatever comes', () => {
  test('over HTTP: a status of OTLP, no fault, nothing held', async () => {
    const seen = new Set<number>();
    const request = fc.record({
      method,
      path,
      mediaType,
      coding,
      body,
      origin,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, mediaType, coding, body, origin }) => {
        const response = await fetch(`${receiver.httpUrl}${path}`, {
          method,
          headers: {
            'content-type': mediaType,
            'content-encoding': coding,
            ...(origin !== undefined && { origin }),
          },
          ...(method !== 'GET' && method !== 'HEAD' && { body: body as never }),
        });
        await response.arrayBuffer();
        seen.add(response.status);
        if (!SAID.has(response.status)) throw new Error(`answered ${response.status}`);
      }),
      { numRuns: 3_000 },
    );
    for (const status of [200, 400, 403, 404, 405, 415]) expect(seen).toContain(status);
    expect(receiver.faults).toEqual([]);
    expect(receiver.receiver.pending.used).toBe(0);
  }, 60_000);

  test('over gRPC: OK or INVALID_ARGUMENT, nothing held', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('traces', 'metrics', 'logs'), body, async (signal, bytes) => {
        const code = await client.export(signal, bytes).then(
          () => undefined,
          (error) => error.code,
        );
        if (code !== undefined && !SAID_BY_GRPC.has(code)) throw new Error(`answered ${code}`);
      }),
      { numRuns: 1_000 },
    );
    expect(receiver.receiver.pending.used).toBe(0);
  }, 60_000);

  test('over a bare connection: neither port falls, and both still take requests', async () => {
    const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const head = Buffer.from('POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n');
    const noise = fc.tuple(
      fc.constantFrom(
        Buffer.alloc(0),
        preface,
        head,
        Buffer.concat([head, Buffer.from('Content-Length: 9\r\n\r\n')]),
      ),
      fc.uint8Array({ maxLength: 200 }),
    );
    const ports = [receiver.servers.grpcPort, receiver.servers.httpPort];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ports), noise, async (port, [start, rest]) => {
        const opened = Promise.withResolvers<void>();
        const socket = await Bun.connect({
          hostname: '127.0.0.1',
          port,
          socket: { data() {}, open: () => opened.resolve(), error() {}, close() {} },
        });
        await opened.promise;
        socket.write(Buffer.concat([start, rest]));
        socket.flush();
        socket.end();
      }),
      { numRuns: 300 },
    );
    const before = committer.committed.traces.length;
    await client.export('traces', sound);
    const response = await fetch(`${receiver.httpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: sound as never,
    });
    expect(response.status).toBe(200);
    expect(committer.committed.traces).toHaveLength(before + 2);
  }, 60_000);
});
