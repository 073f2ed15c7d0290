import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSnapshot } from 'ml-otel-bridge/testing';

/** A receiver's port that nobody listens on. */
const AWAY = 'http://127.0.0.1:1';
const folders: string[] = [];
const children: ReturnType<typeof spawn>[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'push-gateway-'));
  folders.push(folder);
  return folder;
}

function spawn(env: Record<string, string>, args: readonly string[] = [], before: readonly string[] = []) {
  return Bun.spawn([...before, process.execPath, join(import.meta.dir, 'main.ts'), ...args], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: AWAY, ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

/** Runs the gateway until it has ended by itself. */
async function runToEnd(env: Record<string, string>, ...args: string[]) {
  const child = spawn(env, args);
  children.push(child);
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, out, err };
}

/** Starts the gateway; resolves when its start line came. */
async function startGateway(env: Record<string, string> = {}, before: readonly string[] = []) {
  const child = spawn(env, [], before);
  children.push(child);
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  let out = '';
  while (!out.includes('listens on')) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the gateway ended: ${out}${await new Response(child.stderr).text()}`);
    out += decoder.decode(value);
  }
  const url = /"url":"([^"]+)"/.exec(out)![1]!;
  return {
    url,
    child,
    post: (body: string, headers: Record<string, string> = {}) =>
      fetch(`${url}v1/metrics`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    /** What it logs until it ends. */
    async rest(): Promise<string> {
      let rest = '';
      for (let next = await reader.read(); !next.done; next = await reader.read())
        rest += decoder.decode(next.value);
      return rest;
    },
  };
}

const snapshot = (batch: number) => JSON.stringify(buildSnapshot({ metrics: { batch_number: batch } }));

describe('the gateway as a process', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`ends on ${signal} with 0 within five seconds while the receiver is away, and says what is lost`, async () => {
      const gateway = await startGateway();
      expect((await gateway.post(snapshot(1))).status).toBe(202);
      const start = performance.now();
      gateway.child.kill(signal);
      expect(await gateway.child.exited).toBe(0);
      expect(performance.now() - start).toBeLessThan(5_000);
      const log = await gateway.rest();
      expect(log).toContain('are lost');
      expect(log).toContain('push gateway ended');
    }, 15_000);
  }

  test('ends while a body is on its way', async () => {
    const gateway = await startGateway();
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: Number(new URL(gateway.url).port),
      socket: { data() {} },
    });
    socket.write(
      'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n{}\n',
    );
    expect((await fetch(`${gateway.url}healthz`)).status).toBe(200);
    gateway.child.kill('SIGTERM');
    expect(await gateway.child.exited).toBe(0);
    socket.terminate();
  }, 15_000);

  test('answers a probe that speaks HTTP/1.0 without a Host', async () => {
    const gateway = await startGateway();
    const answer = await new Promise<string>((resolve) => {
      void Bun.connect({
        hostname: '127.0.0.1',
        port: Number(new URL(gateway.url).port),
        socket: {
          open: (socket) => void socket.write('GET /healthz?from=probe HTTP/1.0\r\n\r\n'),
          data: (_, bytes) => resolve(bytes.toString()),
        },
      });
    });
    expect(answer).toStartWith('HTTP/1.1 200');
  });

  test('with a spool what was accepted is there for the next process, also after kill -9', async () => {
    const env = { SPOOL_DIR: temporaryFolder() };
    const first = await startGateway(env);
    for (let batch = 0; batch < 5; batch++) expect((await first.post(snapshot(batch))).status).toBe(202);
    first.child.kill('SIGKILL');
    await first.child.exited;

    const second = await startGateway(env);
    const metrics = await (await fetch(`${second.url}metrics`)).text();
    expect(metrics).toContain('ml_bridge_points_buffered 45');
    expect(await (await second.post(snapshot(4))).json()).toEqual({
      accepted: 0,
      duplicates: 1,
      rejected: [],
    });
  }, 15_000);

  test('a disk that takes nothing more: 503, and the log says what to do', async () => {
    // A bound on the size of files, of 40 blocks of 1,024 bytes, stands in for a full disk.
    const gateway = await startGateway({ SPOOL_DIR: temporaryFolder() }, [
      'bash',
      '-c',
      'trap "" XFSZ; ulimit -f 40; exec "$0" "$@"',
    ]);
    const lines = Array.from({ length: 1_000 }, (_, batch) => snapshot(batch)).join('\n');
    const response = await gateway.post(lines, { 'content-type': 'application/x-ndjson' });
    const answer = (await response.json()) as { accepted: number; resend_from: number };
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
    expect(answer.resend_from).toBe(answer.accepted);
    expect((await fetch(`${gateway.url}readyz`)).status).toBe(503);
    gateway.child.kill('SIGTERM');
    expect(await gateway.child.exited).toBe(0);
    expect(await gateway.rest()).toContain('make room where SPOOL_DIR lies');
  }, 15_000);

  test('a body beyond the bound gets a problem over a real connection too, declared or chunked', async () => {
    const gateway = await startGateway({ MAX_BODY_BYTES: '1024' });
    const declared = await gateway.post(JSON.stringify('x'.repeat(5_000_000)));
    expect([declared.status, declared.headers.get('content-type')]).toEqual([
      413,
      'application/problem+json',
    ]);
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(1_000).fill(32));
        if (gateway.child.killed) controller.close();
      },
    });
    const chunked = await fetch(`${gateway.url}v1/metrics`, {
      method: 'POST',
      body: chunks,
      headers: { 'content-type': 'application/json' },
    }).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(chunked);
    expect((await fetch(`${gateway.url}healthz`)).status).toBe(200);
  });

  test('asks for the token of a file', async () => {
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, 'from-a-file\n');
    const gateway = await startGateway({ HOST: '0.0.0.0', ML_OTEL_TOKEN_FILE: file });
    const url = `http://127.0.0.1:${new URL(gateway.url).port}/metrics`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: 'Bearer from-a-file' } })).status).toBe(200);
  });

  test('all that is wrong with the settings is told at once, without a stack', async () => {
    const { code, err } = await runToEnd({ PORT: 'high', HOST: '0.0.0.0', LOG_LEVEL: 'loud' });
    expect(code).toBe(2);
    expect(err).toContain('PORT="high"');
    expect(err).toContain('LOG_LEVEL="loud"');
    expect(err).not.toContain('at ');
    const beyond = await runToEnd({ HOST: '0.0.0.0' });
    expect([beyond.code, beyond.err]).toEqual([2, expect.stringContaining('set ML_OTEL_TOKEN')]);
  });

  test('what keeps it from starting is one line of the log', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const env of [
      { SPOOL_DIR: join(file, 'spool') },
      { ML_OTEL_TOKEN_FILE: file },
      { HOST: '127.0.0.1', PORT: '1', OTEL_EXPORTER_OTLP_PROTOCOL: 'smoke' },
    ]) {
      const { code, out, err } = await runToEnd(env as unknown as Record<string, string>);
      expect([code, err]).toEqual([1, '']);
      expect(out).toContain('the gateway cannot start');
    }
  }, 15_000);

  test('--help shows the settings', async () => {
    const { code, out } = await runToEnd({ PORT: 'high' }, '--help');
    expect([code, out]).toEqual([0, expect.stringContaining('ML_OTEL_TOKEN_FILE')]);
  });
});
