import { expect, test } from 'bun:test';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '../../testing/temp-folder.ts';
import { openEmbedded } from './open-embedded.ts';
import { threadPoolEnvironment } from './thread-pool.ts';

const program = (name: string, ...args: string[]) =>
  Bun.spawn([process.execPath, join(import.meta.dir, 'testing', name), ...args], {
    stdout: 'pipe',
    stderr: 'inherit',
  });

async function readUntil(
  stream: ReadableStream<Uint8Array>,
  isEnough: (text: string) => boolean,
): Promise<string> {
  let text = '';
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (isEnough(text)) return text;
  }
  throw new Error(`the process ended after ${JSON.stringify(text)}`);
}

test('what was written is there after closing and opening', async () => {
  await using folder = await tempFolder();
  const first = await openEmbedded(folder.path);
  await first.command('CREATE TABLE kept (n UInt8) ENGINE = MergeTree ORDER BY n');
  await first.insertBytes({ into: 'kept', format: 'TabSeparated', body: Buffer.from('1\n2\n') });
  await first.close();
  const second = await openEmbedded(folder.path);
  expect(await second.query('SELECT n FROM kept')).toEqual([{ n: 1 }, { n: 2 }]);
  await second.close();
});

test('two folders one after the other are two stores', async () => {
  await using one = await tempFolder();
  await using two = await tempFolder();
  const first = await openEmbedded(one.path);
  await first.command('CREATE TABLE only_here (n UInt8) ENGINE = MergeTree ORDER BY n');
  await first.close();
  const second = await openEmbedded(two.path);
  expect(await second.query("SELECT name FROM system.tables WHERE name = 'only_here'")).toEqual([]);
  await second.close();
});

test('a second process is told who has the folder; when that is killed, the folder is free', async () => {
  await using folder = await tempFolder();
  const holder = program('hold-store.ts', folder.path);
  await readUntil(holder.stdout, (text) => text.includes('open'));
  await expect(openEmbedded(folder.path)).rejects.toThrow(`in use by process ${holder.pid}`);
  holder.kill('SIGKILL');
  await holder.exited;
  await (await openEmbedded(folder.path)).close();
});

test('opening a folder twice in one process is refused, and spoils nothing', async () => {
  await using folder = await tempFolder();
  const store = await openEmbedded(folder.path);
  await expect(openEmbedded(folder.path)).rejects.toMatchObject({
    name: 'StoreError',
    reason: 'unavailable',
  });
  expect(await store.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await store.close();
});

test('a process has one folder open at a time', async () => {
  await using one = await tempFolder();
  await using two = await tempFolder();
  const store = await openEmbedded(one.path);
  await expect(openEmbedded(two.path)).rejects.toMatchObject({ name: 'StoreError', reason: 'unavailable' });
  expect(await store.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await store.close();
  await (await openEmbedded(two.path)).close();
});

test('after kill -9 every batch is there as a whole or not at all, and all that were answered are', async () => {
  await using folder = await tempFolder();
  const rows = 50_000;
  let next = 0;
  for (let round = 0; round < 3; round++) {
    const writer = program('insert-for-ever.ts', folder.path, String(next), String(rows));
    // In the midst of the insert after the third.
    const text = await readUntil(writer.stdout, (out) => out.split('\n').length > 3);
    writer.kill('SIGKILL');
    await writer.exited;
    const answered = text.trim().split('\n').map(Number);
    const store = await openEmbedded(folder.path);
    const counts = await store.query<{ batch: number; n: string }>(
      'SELECT batch, count() AS n FROM batches GROUP BY batch ORDER BY batch',
    );
    expect(counts.every(({ n }) => n === String(rows))).toBe(true);
    expect(counts.map(({ batch }) => batch)).toEqual(expect.arrayContaining(answered));
    expect(await readdir(join(folder.path, 'incoming'))).toEqual([]);
    await store.close();
    next = counts.at(-1)!.batch + 1;
  }
});

test('neither data nor schemas are left in the working directory, nor bytes in the folder', async () => {
  await using folder = await tempFolder();
  const before = await readdir(process.cwd());
  const store = await openEmbedded(folder.path);
  await store.command('CREATE TABLE words (words Array(String)) ENGINE = MergeTree ORDER BY tuple()');
  const settings = {
    format_schema_source: 'string',
    format_schema: 'syntax = "proto3"; message Batch { repeated string words = 1; }',
    format_schema_message_name: 'Batch',
  };
  const insert = (body: Uint8Array) =>
    store.insertBytes({ into: 'words', format: 'ProtobufSingle', body, settings });
  await insert(new Uint8Array([0x0a, 1, 0x61]));
  await expect(insert(new Uint8Array([0x0a, 9, 0x61]))).rejects.toMatchObject({ isParseError: true });
  expect(await readdir(process.cwd())).toEqual(before);
  expect(await readdir(store.folder.incoming)).toEqual([]);
  await store.close();
});

test('a claim of a process that is long gone does not bar the folder', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'lock'), `${process.pid} 1 of an earlier life`);
  await (await openEmbedded(folder.path)).close();
  expect(await readdir(folder.path)).not.toContain('lock');
});

test('a folder whose name would be a pattern is refused', async () => {
  await expect(openEmbedded('/tmp/store-{a,b}')).rejects.toMatchObject({ reason: 'usage' });
});

test('a program is started again with more threads only where it has too few', () => {
  expect(threadPoolEnvironment({ HOME: '/h' }, 6)).toEqual({ HOME: '/h', UV_THREADPOOL_SIZE: '10' });
  expect(threadPoolEnvironment({ UV_THREADPOOL_SIZE: '4' }, 6)).toEqual({ UV_THREADPOOL_SIZE: '10' });
  expect(threadPoolEnvironment({ UV_THREADPOOL_SIZE: '16' }, 6)).toBeUndefined();
});
