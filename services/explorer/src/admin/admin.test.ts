import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp, type Connection } from '@ml-otel/telemetry-store';
import { makeMigratedFolder } from '../../../../packages/telemetry-store/src/testing/migrated-folder.ts';
import { parseConfig } from '../config.ts';
import { openStore } from '../store/open-store.ts';
import { adminUsage, COMMANDS } from './usage.ts';

setDefaultTimeout(120_000);

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'admin-'));
  env = {
    PATH: process.env.PATH ?? '',
    ML_OTEL_DATA_DIR: join(folder, 'data'),
    ARCHIVE_DIR: join(folder, 'archive'),
  };
  await makeMigratedFolder(env.ML_OTEL_DATA_DIR!);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function admin(...words: string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), ...words], {
    env,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, out, err };
}

async function withStore<T>(work: (store: Connection) => Promise<T>): Promise<T> {
  const parsed = parseConfig(env);
  if (!parsed.ok) throw new Error(parsed.issues.join('\n'));
  const store = await openStore(parsed.config);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const bodies = () =>
  withStore((store) => store.query<{ b: string }>('SELECT Body AS b FROM otel_logs')).then((rows) =>
    rows.map(({ b }) => b),
  );

test('a retention is looked at, applied, its archive listed, restored and released', async () => {
  await withStore((store) =>
    store.command(
      `INSERT INTO otel_logs (Timestamp, Body, ReceivedAt) SELECT now64(9), 'old', toDateTime('2026-01-05 01:00:00', 'UTC')`,
    ),
  );
  const preview = await admin('retention', 'preview');
  expect(preview).toMatchObject({ code: 0, err: '' });
  expect(preview.out).toContain('logs: kept 30 days, before kept for ever\nwaits until it is confirmed:');
  expect(preview.out).toMatch(/otel_logs +2026-01-05 +1 +[\d.]+ \w+ +2026-01-05 01:00:00/);
  expect(await bodies()).toEqual(['old']);

  expect(await admin('retention', 'apply')).toMatchObject({ code: 0, err: '' });
  expect(await bodies()).toEqual([]);
  const listed = await admin('archive', 'list');
  const file = /otel_logs\/2026-01-05-\S+\.parquet/.exec(listed.out)?.[0];
  expect(listed.out).toContain('archived');
  expect(existsSync(join(folder, 'archive', file!))).toBe(true);

  expect((await admin('archive', 'restore', '2026-01-05')).out).toContain('restored');
  expect(await bodies()).toEqual(['old']);
  expect((await admin('archive', 'restore', '2026-01-05')).out).toContain('already');
  expect((await admin('archive', 'release', '2026-01-05')).code).toBe(0);
  expect(existsSync(join(folder, 'archive', file!))).toBe(false);
});

test('backups are listed, pruned and restored', async () => {
  await withStore(async () => {});
  const data = join(folder, 'data');
  for (const name of ['one', 'two', 'three']) await backUp(data, name);
  await withStore((store) =>
    store.command(`INSERT INTO otel_logs (Timestamp, Body) SELECT now64(9), 'later'`),
  );
  expect((await admin('backup', 'list')).out).toMatch(/three .*\n +two .*\n +one /);
  expect((await admin('backup', 'prune', '2')).out).toBe('removed: one\n');
  expect((await admin('backup', 'restore', 'one')).err).toContain(
    'there is no backup one; there are: three, two',
  );
  expect((await admin('backup', 'restore', 'two')).out).toMatch(/two is the store now; .* backup replaced-/);
  expect(await bodies()).toEqual([]);
});

test('while another process has the store it says so', async () => {
  const { code, err } = await withStore(() => admin('retention', 'preview'));
  expect([code, err]).toEqual([1, expect.stringContaining(`in use by process ${process.pid}`)]);
});

test.each([
  [['retention'], 'is no command'],
  [['retention', 'drop'], 'is no command'],
  [['retention', 'apply', 'logs'], 'expected: retention apply'],
  [['archive', 'restore'], 'wants a day'],
  [['backup', 'prune', 'all'], 'no number'],
  [['backup', 'restore'], 'wants the name'],
])('%j is refused with 2', async (words, said) => {
  const { code, err } = await admin(...words);
  expect([code, err]).toEqual([2, expect.stringContaining(said)]);
});

test('a day that is none, an archive without a folder, settings that are wrong', async () => {
  expect(await admin('archive', 'restore', "x'; DROP TABLE otel_logs")).toMatchObject({ code: 1 });
  env.ARCHIVE_DIR = '';
  expect(await admin('archive', 'list')).toMatchObject({ code: 2 });
  env.RETENTION_LOGS = 'x';
  expect(await admin('retention', 'apply')).toMatchObject({ code: 2 });
});

test('--help shows every command', async () => {
  expect((await admin('--help')).out).toBe(`${adminUsage()}\n`);
  for (const { words } of COMMANDS) expect(adminUsage()).toContain(words);
});
