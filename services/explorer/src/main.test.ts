import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { openEmbedded } from '@ml-otel/telemetry-store';
import { failure, grpcClient } from './receiver/testing/grpc-client.ts';
import { spanJson, spanRequest } from './receiver/testing/requests.ts';

const folders: string[] = [];
const children: Bun.Subprocess<'ignore', 'pipe', 'pipe'>[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-'));
  folders.push(folder);
  return folder;
}

function spawn(env: Record<string, string>, args: readonly string[] = []) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), ...args], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', OTLP_GRPC_PORT: '0', OTLP_HTTP_PORT: '0', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  children.push(child);
  return child;
}

/** Runs the explorer until it has ended by itself. */
async function runToEnd(env: Record<string, string>, ...args: string[]) {
  const child = spawn(env, args);
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, out, err };
}

interface StartLine {
  readonly url: string;
  readonly otlpGrpcPort: number;
  readonly otlpHttpPort: number;
}

/** Starts the explorer; resolves when its start line came. */
async function startExplorer(env: Record<string, string>) {
  const child = spawn(env);
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  let out = '';
  while (!out.includes('listens on')) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the explorer ended: ${out}${await new Response(child.stderr).text()}`);
    out += decoder.decode(value);
  }
  const line = out.split('\n').find((text) => text.includes('listens on'))!;
  return { child, ...(JSON.parse(line) as StartLine) };
}

async function spanNames(folder: string): Promise<string[]> {
  const store = await openEmbedded(folder);
  const rows = await store.query<{ SpanName: string }>('SELECT SpanName FROM otel_traces ORDER BY SpanName');
  await store.close();
  return rows.map(({ SpanName }) => SpanName);
}

describe('the explorer as a process', () => {
  test('stores what both protocols bring, ends on SIGTERM, and what was answered outlives kill -9', async () => {
    const folder = temporaryFolder();
    const first = await startExplorer({ ML_OTEL_DATA_DIR: folder });
    expect((await fetch(`${first.url}readyz`)).status).toBe(200);
    using client = grpcClient(first.otlpGrpcPort);
    await client.export('traces', spanRequest('over grpc'));
    const posted = await fetch(`http://127.0.0.1:${first.otlpHttpPort}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(spanJson('over http')),
    });
    expect(posted.status).toBe(200);
    expect(await (await fetch(`${first.url}metrics`)).text()).toContain('otlp_receiver_requests_total');
    first.child.kill('SIGTERM');
    expect(await first.child.exited).toBe(0);

    const second = await startExplorer({ ML_OTEL_DATA_DIR: folder });
    using again = grpcClient(second.otlpGrpcPort);
    await again.export('traces', spanRequest('before kill'));
    second.child.kill('SIGKILL');
    await second.child.exited;
    expect(await spanNames(folder)).toEqual(['before kill', 'over grpc', 'over http']);
  }, 60_000);

  test('a corrupt request is refused by the engine, and its neighbours are stored', async () => {
    const folder = temporaryFolder();
    const explorer = await startExplorer({ ML_OTEL_DATA_DIR: folder, OTLP_COMMIT_DELAY: '200' });
    using client = grpcClient(explorer.otlpGrpcPort);
    const sound = ['a', 'b', 'c', 'd'].map((name) => client.export('traces', spanRequest(name)));
    const inside = failure(client.export('traces', Buffer.from([0x0a, 4, 0x12, 9, 1, 1])));
    const swallowing = failure(client.export('traces', Buffer.from([0x7a, 100])));
    expect((await inside).code).toBe(status.INVALID_ARGUMENT);
    expect((await swallowing).code).toBe(status.INVALID_ARGUMENT);
    await Promise.all(sound);
    explorer.child.kill('SIGTERM');
    await explorer.child.exited;
    expect(await spanNames(folder)).toEqual(['a', 'b', 'c', 'd']);
  }, 60_000);

  test('takes its token from a file, for both protocols and its metrics', async () => {
    const folder = temporaryFolder();
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'secret\n');
    const explorer = await startExplorer({
      ML_OTEL_DATA_DIR: join(folder, 'data'),
      ML_OTEL_TOKEN_FILE: tokenFile,
    });
    using client = grpcClient(explorer.otlpGrpcPort);
    expect((await failure(client.export('traces', spanRequest('a')))).code).toBe(status.UNAUTHENTICATED);
    expect((await fetch(`${explorer.url}metrics`)).status).toBe(401);
    expect((await fetch(`${explorer.url}healthz`)).status).toBe(200);
  }, 60_000);

  test('--help shows every setting and starts nothing', async () => {
    const { code, out } = await runToEnd({ ML_OTEL_DATA_DIR: '/dev/null/nowhere' }, '--help');
    expect([code, out.includes('OTLP_GRPC_PORT')]).toEqual([0, true]);
  });

  test('says all that is wrong with the settings and ends with 2', async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'data');
    const { code, err } = await runToEnd({ PORT: 'http', HOST: 'a b', ML_OTEL_DATA_DIR: data });
    expect(code).toBe(2);
    expect(err).toContain('PORT="http"');
    expect(err).toContain('HOST="a b"');
    expect(existsSync(data)).toBe(false);
  });

  test('a port that is taken is said, and ends it with 1', async () => {
    const taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
    for (const variable of ['PORT', 'OTLP_GRPC_PORT', 'OTLP_HTTP_PORT']) {
      const { code, out } = await runToEnd({
        ML_OTEL_DATA_DIR: temporaryFolder(),
        [variable]: String(taken.port),
      });
      expect([variable, code]).toEqual([variable, 1]);
      expect(out).toContain('cannot start');
    }
    taken.stop(true);
  }, 60_000);
});
