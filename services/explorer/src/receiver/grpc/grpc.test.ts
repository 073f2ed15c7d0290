import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { admitByToken } from '../../access/admission.ts';
import { ALL_SIGNALS } from '../signal.ts';
import { controllableCommitter } from '../testing/controllable-committer.ts';
import { failure, grpcClient } from '../testing/grpc-client.ts';
import { memoryCommitter } from '../testing/memory-committer.ts';
import { spanRequest } from '../testing/requests.ts';
import { startTestReceiver } from '../testing/test-receiver.ts';

const HEALTH = '/grpc.health.v1.Health/Check';
const GZIP = { 'grpc.default_compression_algorithm': 2, 'grpc.max_send_message_length': -1 };

describe('OTLP/gRPC', () => {
  test('the bytes arrive as they were sent, and the answer is an empty message', async () => {
    const committer = memoryCommitter();
    await using receiver = await startTestReceiver({ committer });
    using client = grpcClient(receiver.servers.grpcPort);
    const request = spanRequest('a', 100_000);
    expect(await client.export('traces', request)).toHaveLength(0);
    expect(await client.export('logs', new Uint8Array())).toHaveLength(0);
    expect(committer.committed.traces[0]).toEqual(request);
    expect(committer.batches).toEqual([1]);
  });

  test('many at once are committed in few batches, each once', async () => {
    const committer = memoryCommitter();
    await using receiver = await startTestReceiver({ committer });
    using client = grpcClient(receiver.servers.grpcPort, GZIP);
    const names = Array.from({ length: 500 }, (_, index) => `span-${index}`);
    await Promise.all(names.map((name) => client.export('traces', spanRequest(name))));
    expect(new Set(committer.committed.traces.map((bytes) => bytes.toString())).size).toBe(500);
    expect(committer.committed.traces).toHaveLength(500);
    expect(committer.batches.length).toBeLessThan(250);
    expect(receiver.receiver.pending.used).toBe(0);
  });

  test('a corrupt request is INVALID_ARGUMENT and spoils nobody else’s', async () => {
    const committer = memoryCommitter();
    await using receiver = await startTestReceiver({ committer });
    using client = grpcClient(receiver.servers.grpcPort);
    const sound = Array.from({ length: 20 }, (_, index) => client.export('traces', spanRequest(`${index}`)));
    const corrupt = failure(client.export('traces', Buffer.from([0x0a, 3, 0x12, 9, 1])));
    expect((await corrupt).code).toBe(status.INVALID_ARGUMENT);
    await Promise.all(sound);
    expect(committer.committed.traces).toHaveLength(20);
  });

  test('a message beyond the bound is RESOURCE_EXHAUSTED, also one that is small until it is unpacked', async () => {
    const committer = memoryCommitter();
    await using receiver = await startTestReceiver({ committer, maxMessageBytes: 1_000_000 });
    const request = spanRequest('large', 50_000_000);
    expect(gzipSync(request).byteLength).toBeLessThan(100_000);
    for (const options of [{ 'grpc.max_send_message_length': -1 }, GZIP]) {
      using client = grpcClient(receiver.servers.grpcPort, options);
      expect((await failure(client.export('traces', request))).code).toBe(status.RESOURCE_EXHAUSTED);
      await client.export('traces', spanRequest('next'));
    }
    expect(committer.committed.traces).toHaveLength(2);
    expect(receiver.receiver.pending.used).toBe(0);
  });

  test('overload is RESOURCE_EXHAUSTED with RetryInfo, and no more than the bound is held', async () => {
    const committer = controllableCommitter();
    const bound = 1_000_000;
    await using receiver = await startTestReceiver({ committer, maxPendingBytes: bound });
    using client = grpcClient(receiver.servers.grpcPort);
    const request = spanRequest('a', 100_000);
    const calls = Array.from({ length: 50 }, () =>
      client.export('traces', request).then(
        () => undefined,
        (error) => error,
      ),
    );
    const refused = await Promise.race(calls);
    expect(refused.code).toBe(status.RESOURCE_EXHAUSTED);
    const details = refused.metadata.get('grpc-status-details-bin')[0] as Buffer;
    expect(details.toString('latin1')).toContain('type.googleapis.com/google.rpc.RetryInfo');
    expect(receiver.receiver.pending.used).toBeLessThanOrEqual(bound);
    committer.settleAll({ kind: 'committed' });
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter((error) => error === undefined).length).toBeGreaterThanOrEqual(9);
    expect(receiver.receiver.pending.used).toBe(0);
    expect(new Set(outcomes.map((error) => error?.code))).toEqual(
      new Set([undefined, status.RESOURCE_EXHAUSTED]),
    );
  });

  test('a request whose sender left before its turn is not committed', async () => {
    const committer = controllableCommitter();
    await using receiver = await startTestReceiver({ committer });
    using client = grpcClient(receiver.servers.grpcPort);
    const first = client.export('traces', spanRequest('first'));
    const commit = await committer.next();
    const same = (bytes: Buffer) => bytes;
    const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
    const deadline = Date.now() + 30_000;
    const given = Promise.withResolvers<unknown>();
    const call = client.raw.makeUnaryRequest(
      path,
      same,
      same,
      spanRequest('left'),
      { deadline },
      given.resolve,
    );
    const held = receiver.receiver.pending.used;
    while (receiver.receiver.pending.used === held) await new Promise((resolve) => setImmediate(resolve));
    call.cancel();
    await given.promise;
    const third = client.export('traces', spanRequest('third'));
    const beforeThird = receiver.receiver.pending.used;
    while (receiver.receiver.pending.used === beforeThird)
      await new Promise((resolve) => setImmediate(resolve));
    commit.settle({ kind: 'committed' });
    const next = await committer.next();
    expect(next.requests).toEqual([spanRequest('third')]);
    next.settle({ kind: 'committed' });
    await Promise.all([first, third]);
  });

  test('with a token only its bearers come in, before their message is read; health is open', async () => {
    const committer = memoryCommitter();
    const admission = admitByToken({ current: () => 'secret' });
    await using receiver = await startTestReceiver({ committer, admission });
    using client = grpcClient(receiver.servers.grpcPort);
    for (const metadata of [{}, { authorization: 'secret' }, { authorization: 'Bearer wrong' }]) {
      const { code } = await failure(client.export('metrics', Buffer.from([0xff]), metadata));
      expect(code).toBe(status.UNAUTHENTICATED);
    }
    await client.export('traces', spanRequest('a'), { authorization: 'Bearer secret' });
    expect(committer.committed.traces).toHaveLength(1);
    expect(await client.call(HEALTH, new Uint8Array())).toEqual(Buffer.from([8, 1]));
  });

  test('health knows the services; there is no reflection', async () => {
    await using receiver = await startTestReceiver({ committer: memoryCommitter() });
    using client = grpcClient(receiver.servers.grpcPort);
    const service = 'opentelemetry.proto.collector.trace.v1.TraceService';
    const asked = (name: string) => Buffer.from([10, name.length, ...Buffer.from(name)]);
    expect(await client.call(HEALTH, asked(service))).toEqual(Buffer.from([8, 1]));
    expect((await failure(client.call(HEALTH, asked('other')))).code).toBe(status.NOT_FOUND);
    const reflection = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    expect((await failure(client.call(reflection, new Uint8Array()))).code).toBe(status.UNIMPLEMENTED);
  });

  test('ending commits and answers what was accepted; what comes then is UNAVAILABLE', async () => {
    const committer = controllableCommitter();
    const receiver = await startTestReceiver({ committer });
    using client = grpcClient(receiver.servers.grpcPort);
    const accepted = ALL_SIGNALS.map((signal) => client.export(signal, spanRequest('a')));
    const commits = await Promise.all(ALL_SIGNALS.map(() => committer.next()));
    const stopped = receiver.servers.stop(5_000);
    expect((await failure(client.export('traces', spanRequest('late')))).code).toBe(status.UNAVAILABLE);
    expect(await client.call(HEALTH, new Uint8Array())).toEqual(Buffer.from([8, 2]));
    for (const commit of commits) commit.settle({ kind: 'committed' });
    await Promise.all(accepted);
    expect(await stopped).toBe(true);
  });
});
