import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MILLIS = 20_000;
setDefaultTimeout(30_000);
/** Nobody listens on it. */
const REFUSED = '127.0.0.1:1';

let folder: string;
let path: string;
let started: Bun.Subprocess[];
let servers: Server[];
let sockets: Socket[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-'));
  path = join(folder, 'metrics', 'current.json');
  started = [];
  servers = [];
  sockets = [];
});
afterEach(async () => {
  for (const sidecar of started) sidecar.kill('SIGKILL');
  await Promise.all(started.map((sidecar) => sidecar.exited));
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Sidecar {
  readonly process: Bun.Subprocess;
  logs(): { level: number; msg: string; port?: number; reason?: string; sent_all?: boolean }[];
  error(): string;
}

function run(env: Record<string, string> = {}, args: string[] = []): Sidecar {
  const out = join(folder, `out-${started.length}`);
  const err = join(folder, `err-${started.length}`);
  const process_ = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      METRICS_FILE_PATH: path,
      COLLECTION_INTERVAL: '3600',
      HEALTH_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: REFUSED,
      ...env,
    },
    stdout: Bun.file(out),
    stderr: Bun.file(err),
  });
  started.push(process_);
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  return {
    process: process_,
    logs: () =>
      read(out)
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line)),
    error: () => read(err),
  };
}

async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  sidecar: Sidecar,
): Promise<T> {
  const deadline = Date.now() + LIMIT_MILLIS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) {
      throw new Error(`waited in vain; ${JSON.stringify(sidecar.logs())} ${sidecar.error()}`);
    }
    await delay(10);
  }
}

async function start(env: Record<string, string> = {}) {
  const sidecar = run(env);
  const port = await until(() => sidecar.logs().find(({ port }) => port !== undefined)?.port, sidecar);
  const get = async (at: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${at}`);
    return { code: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...sidecar, get };
}

function write(batch: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const snapshot = {
    job_metadata: { job_id: 'job' },
    training_metrics: { batch_number: batch, training_loss: 0.5 },
  };
  writeFileSync(`${path}.tmp`, JSON.stringify(snapshot));
  renameSync(`${path}.tmp`, path);
}

/** Takes connections and never says a word. */
async function startSilentReceiver(): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test.each([
    ['refuses connections', async () => REFUSED],
    ['never answers', startSilentReceiver],
  ])('ends with 0 within five seconds though the receiver %s', async (_, receiver) => {
    const sidecar = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: await receiver() });
    write(1);
    await until(async () => ((await sidecar.get('/readyz')).body.pending_points as number) > 0, sidecar);
    const begun = performance.now();
    sidecar.process.kill(signal);
    expect(await sidecar.process.exited).toBe(0);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(sidecar.logs().at(-1)).toMatchObject({ msg: 'stopped', sent_all: false });
    expect(sidecar.error()).toBe('');
  });
});

test('what it read last waits in the spool for the next start', async () => {
  const env = { SPOOL_DIR: join(folder, 'spool') };
  const first = await start(env);
  write(1);
  first.process.kill('SIGTERM');
  expect(await first.process.exited).toBe(0);
  rmSync(path);
  const second = await start(env);
  expect((await second.get('/readyz')).body.pending_points).toBeGreaterThan(0);
});

test('killed with -9 while lines are appended: each is taken once', async () => {
  const env = { SPOOL_DIR: join(folder, 'spool') };
  const pending = async (sidecar: { get: (at: string) => Promise<{ body: Record<string, unknown> }> }) =>
    (await sidecar.get('/readyz')).body.pending_points as number;
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => {
      const timestamp = new Date(1_790_000_000_000 + from + index).toISOString();
      return `${JSON.stringify({ timestamp, job_metadata: { job_id: 'job' }, training_metrics: { loss: from + index } })}\n`;
    }).join('');
  const first = await start(env);
  mkdirSync(dirname(path));
  writeFileSync(path, lines(0, 1));
  const pointsOfALine = await until(async () => await pending(first), first);
  for (let at = 1; at < 4_001; at += 100) appendFileSync(path, lines(at, at + 100));
  await until(async () => (await pending(first)) > 2_000 * pointsOfALine, first);
  first.process.kill('SIGKILL');
  await first.process.exited;
  appendFileSync(path, lines(4_001, 6_000));
  const second = await start(env);
  await until(async () => (await pending(second)) >= 6_000 * pointsOfALine, second);
  second.process.kill('SIGTERM');
  await second.process.exited;
  const third = await start(env);
  expect(await pending(third)).toBe(6_000 * pointsOfALine);
});

test('a spool that another process uses: an error that says so, and exit code 1', async () => {
  const env = { SPOOL_DIR: join(folder, 'spool') };
  await start(env);
  const second = run(env);
  expect(await second.process.exited).toBe(1);
  expect(second.logs().at(-1)).toMatchObject({
    level: 60,
    reason: expect.stringContaining('in use by process'),
  });
});

test('a health port that is taken: exit code 1', async () => {
  const [, port] = (await startSilentReceiver()).split(':') as [string, string];
  const sidecar = run({ HEALTH_PORT: port });
  expect(await sidecar.process.exited).toBe(1);
  expect(sidecar.logs().at(-1)?.msg).toContain('HEALTH_PORT');
});

test('a missing folder is no error, and the file is read when it comes', async () => {
  const sidecar = await start();
  expect((await sidecar.get('/healthz')).code).toBe(200);
  const readiness = await until(async () => {
    const { code, body } = await sidecar.get('/readyz');
    return (body.file as { trouble: string }).trouble === 'missing' && { code };
  }, sidecar);
  expect(readiness.code).toBe(200);
  expect(sidecar.logs().every(({ level }) => level === 30)).toBe(true);
  write(1);
  await until(async () => ((await sidecar.get('/readyz')).body.pending_points as number) > 0, sidecar);
});

test('a log level in capitals; what is not whole is said once', async () => {
  const sidecar = await start({ LOG_LEVEL: 'INFO', COLLECTION_INTERVAL: '0.05' });
  mkdirSync(dirname(path));
  writeFileSync(path, '{"job_metadata":');
  const complaints = () => sidecar.logs().filter(({ msg }) => msg.includes('not whole JSON'));
  await until(() => complaints().length > 0, sidecar);
  appendFileSync(path, ' ');
  write(1);
  await until(() => sidecar.logs().some(({ msg }) => msg === 'the metrics file is read'), sidecar);
  expect(complaints()).toHaveLength(1);
});

test('bad settings: all of them, and exit code 2', async () => {
  const sidecar = run({ COLLECTION_INTERVAL: 'often', LOG_LEVEL: 'loud' });
  expect(await sidecar.process.exited).toBe(2);
  expect(sidecar.error()).toContain('COLLECTION_INTERVAL="often": expected seconds');
  expect(sidecar.error()).toContain('LOG_LEVEL="loud": expected one of');
});

test('--help shows the settings, also where they are wrong', async () => {
  const process_ = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), '--help'], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'loud' },
  });
  started.push(process_);
  expect(await new Response(process_.stdout).text()).toContain('METRICS_FILE_PATH');
  expect(await process_.exited).toBe(0);
});
