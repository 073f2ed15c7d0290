import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { admitByToken } from '../../access/admission.ts';
import { controllableCommitter } from '../testing/controllable-committer.ts';
import { decodeRequest } from '../testing/decode-request.ts';
import { type MemoryCommitter, memoryCommitter } from '../testing/memory-committer.ts';
import { spanJson, spanRequest } from '../testing/requests.ts';
import { startTestReceiver, type TestReceiver } from '../testing/test-receiver.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const MAX_BYTES = 1_000_000;

let committer: MemoryCommitter;
let receiver: TestReceiver;
beforeAll(async () => {
  committer = memoryCommitter();
  receiver = await startTestReceiver({ committer, maxMessageBytes: MAX_BYTES });
});
afterAll(async () => {
  expect(receiver.faults).toEqual([]);
  expect(receiver.receiver.pending.used).toBe(0);
  await receiver[Symbol.asyncDispose]();
});

const post = (
  body: string | Uint8Array,
  headers: Record<string, string>,
  path = '/v1/traces',
  at = receiver,
) => fetch(`${at.httpUrl}${path}`, { method: 'POST', body: body as string, headers });

const typeOf = (response: Response) => response.headers.get('content-type');

describe('OTLP/HTTP', () => {
  for (const [coding, compress] of Object.entries({
    identity: (bytes: Buffer) => bytes,
    gzip: (bytes: Buffer) => gzipSync(bytes),
    zstd: (bytes: Buffer) => zstdCompressSync(bytes),
  })) {
    test(`protobuf in ${coding} arrives as it was sent`, async () => {
      const request = spanRequest(coding, 300_000);
      const response = await post(compress(request), {
        'content-type': PROTOBUF,
        'content-encoding': coding,
      });
      expect([response.status, typeOf(response)]).toEqual([200, PROTOBUF]);
      expect((await response.arrayBuffer()).byteLength).toBe(0);
      expect(committer.committed.traces.at(-1)).toEqual(request);
    });

    test(`a body in ${coding} that is too large once unpacked is 413`, async () => {
      const bomb = compress(Buffer.alloc(20 * MAX_BYTES));
      const response = await post(bomb, { 'content-type': PROTOBUF, 'content-encoding': coding });
      expect(response.status).toBe(413);
    });
  }

  for (const [coding, compress] of Object.entries({ gzip: gzipSync, zstd: zstdCompressSync })) {
    test(`what is not ${coding}, or is cut off anywhere, is 400`, async () => {
      const whole = compress(Buffer.concat([spanRequest('a'), randomBytes(200)]));
      const cut = Array.from(whole, (_, end) => whole.subarray(0, end));
      const before = committer.committed.traces.length;
      for (const body of [...cut, Buffer.from('plain'), compress('').subarray(1)]) {
        const response = await post(body, { 'content-type': PROTOBUF, 'content-encoding': coding });
        expect([body.length, response.status, typeOf(response)]).toEqual([body.length, 400, PROTOBUF]);
      }
      expect(committer.committed.traces).toHaveLength(before);
    });
  }

  test('JSON is stored as the same protobuf, whatever parameters its type has', async () => {
    const response = await post(JSON.stringify(spanJson('from json')), {
      'content-type': 'Application/JSON; charset=utf-8',
    });
    expect([response.status, typeOf(response), await response.text()]).toEqual([200, JSON_TYPE, '{}']);
    expect(JSON.stringify(decodeRequest('traces', committer.committed.traces.at(-1)!))).toContain(
      'from json',
    );
  });

  test('JSON that is none, or no request, is 400 with a google.rpc.Status that says where', async () => {
    for (const body of ['', '{', '[]', 'null', '\xff', '[['.repeat(400_000)]) {
      const response = await post(body, { 'content-type': JSON_TYPE });
      expect([body.slice(0, 9), response.status]).toEqual([body.slice(0, 9), 400]);
    }
    const response = await post('{"resourceSpans":[{"scopeSpans":7}]}', { 'content-type': JSON_TYPE });
    expect(await response.json()).toEqual({
      code: 3,
      message: 'resourceSpans.scopeSpans: expected an array',
    });
  });

  test('corrupt protobuf is 400 with a google.rpc.Status in protobuf', async () => {
    const response = await post(Buffer.from([0x0a, 200]), { 'content-type': PROTOBUF });
    expect([response.status, typeOf(response)]).toEqual([400, PROTOBUF]);
    expect(Buffer.from(await response.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([8, 3]));
  });

  test('an empty protobuf is a request without rows', async () => {
    expect((await post(new Uint8Array(), { 'content-type': PROTOBUF })).status).toBe(200);
  });

  test('other types and codings are 415, other paths 404, other methods 405', async () => {
    for (const type of ['text/plain', 'application/grpc', '', 'application/jsonx']) {
      expect((await post('{}', { 'content-type': type })).status).toBe(415);
    }
    const coded = await post('{}', { 'content-type': JSON_TYPE, 'content-encoding': 'br' });
    expect([coded.status, coded.headers.get('accept-encoding')]).toEqual([415, 'gzip, zstd']);
    expect((await post('{}', { 'content-type': JSON_TYPE }, '/v1/profiles')).status).toBe(404);
    const got = await fetch(`${receiver.httpUrl}/v1/logs`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('pages of other sites, and names that only point here, are 403', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { host: 'rebound.example' }]) {
      expect((await post('{}', { 'content-type': JSON_TYPE, ...headers } as never)).status).toBe(403);
    }
  });

  test('with a token only its bearers come in', async () => {
    const admission = admitByToken({ current: () => 'secret' });
    await using guarded = await startTestReceiver({ committer: memoryCommitter(), admission });
    const statusFor = async (headers: Record<string, string>) =>
      (await post('{}', { 'content-type': JSON_TYPE, ...headers }, '/v1/logs', guarded)).status;
    expect(await statusFor({})).toBe(401);
    expect(await statusFor({ authorization: 'Bearer secre' })).toBe(401);
    expect(await statusFor({ authorization: 'bearer secret' })).toBe(200);
  });

  test('overload is 429 with Retry-After and holds no more than the bound; ending is 503', async () => {
    const held = controllableCommitter();
    const bound = 1_000_000;
    const small = await startTestReceiver({
      committer: held,
      maxPendingBytes: bound,
      maxMessageBytes: 900_000,
    });
    const zeros = gzipSync(Buffer.alloc(600_000));
    const headers = { 'content-type': PROTOBUF, 'content-encoding': 'gzip' };
    const first = post(zeros, headers, '/v1/traces', small);
    const commit = await held.next();
    const second = await post(zeros, headers, '/v1/traces', small);
    expect([second.status, Number(second.headers.get('retry-after')) >= 1]).toEqual([429, true]);
    expect(small.receiver.pending.used).toBeLessThanOrEqual(bound);
    const stopped = small.servers.stop(5_000);
    const late = await post(zeros, headers, '/v1/traces', small);
    expect([late.status, Number(late.headers.get('retry-after')) >= 1]).toEqual([503, true]);
    commit.settle({ kind: 'committed' });
    expect((await first).status).toBe(200);
    expect(await stopped).toBe(true);
  });

  test('a body that is cut off is not stored, and nothing of it is held', async () => {
    const before = committer.committed.traces.length;
    const url = new URL(receiver.httpUrl);
    const closed = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname: url.hostname,
      port: Number(url.port),
      socket: { data() {}, close: () => closed.resolve() },
    });
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${PROTOBUF}\r\nContent-Length: 5000\r\n\r\nabc`,
    );
    while (receiver.receiver.pending.used === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.terminate();
    while (receiver.receiver.pending.used > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(committer.committed.traces).toHaveLength(before);
  });
});
