import { expect, setDefaultTimeout, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations } from '../../migrate/migration.ts';
import { openMigratedEmbedded } from '../../migrate/open-migrated.ts';
import { MIGRATIONS } from '../../testing/migrated-folder.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { archiveFolder } from './archive-folder.ts';
import { archiveRemover } from './archiver.ts';
import { columnsOf, contentOfRows } from './content.ts';
import { recoverArchives } from './recover.ts';
import { listArchives, releaseArchive, restoreArchive } from './restore.ts';
import { DAY, fillDay } from './testing/fill-day.ts';

setDefaultTimeout(300_000);

const PROGRAM = join(import.meta.dir, 'testing/archive-until-killed.ts');
const PIECE = {
  signal: 'traces',
  table: 'otel_traces',
  what: DAY,
  rows: 0,
  bytes: 0,
  oldest: '',
  newest: '',
} as const;

/** @returns whether it was killed */
async function runUntilKilled(...args: string[]): Promise<boolean> {
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const out = await new Response(child.stdout).text();
  await child.exited;
  expect(child.signalCode === 'SIGKILL' || out.includes('done')).toBe(true);
  return child.signalCode === 'SIGKILL';
}

const open = (path: string) => openMigratedEmbedded(path, readMigrations(MIGRATIONS));
const STATES = ['before', 'after'] as const;

test('killed at each statement of archiving, then of restoring: every row is there, once', async () => {
  await using temp = await tempFolder();
  const data = join(temp.path, 'data');
  const folder = archiveFolder(join(temp.path, 'archive'));
  const first = await open(data);
  await fillDay(first);
  const columns = await columnsOf(first, 'otel_traces');
  const content = (store: typeof first) => contentOfRows(store, { table: 'otel_traces', day: DAY }, columns);
  const expected = await content(first);
  await first.close();

  const filesOf = () => readdirSync(join(folder.root, 'otel_traces'));
  let [archiveKills, restoreKills] = [0, 0];
  for (let nth = 1, isKilled = true; isKilled; nth++) {
    isKilled = false;
    for (const when of STATES) {
      if (!(await runUntilKilled(data, folder.root, 'archive', String(nth), when))) continue;
      isKilled = true;
      archiveKills++;
      const store = await open(data);
      await recoverArchives(store, folder);
      await archiveRemover(store, folder).remove([PIECE]);
      const archives = await listArchives(store, DAY);
      // In the archive alone, and whole.
      expect([nth, when, (await content(store)).rows]).toEqual([nth, when, 0]);
      expect([nth, when, archives.map(({ step, rows }) => [step, rows])]).toEqual([
        nth,
        when,
        [['dropped', expected.rows]],
      ]);
      expect(filesOf()).toEqual(archives.map(({ file }) => file.slice('otel_traces/'.length)));
      await restoreArchive(store, folder, DAY, 'otel_traces');
      expect([nth, when, await content(store)]).toEqual([nth, when, expected]);
      await releaseArchive(store, folder, DAY);
      await store.close();
    }
  }
  expect(archiveKills).toBeGreaterThan(8);

  for (let nth = 1, isKilled = true; isKilled; nth++) {
    isKilled = false;
    for (const when of STATES) {
      const before = await open(data);
      await recoverArchives(before, folder);
      if ((await listArchives(before, DAY)).some(({ step }) => step === 'restored'))
        await releaseArchive(before, folder, DAY);
      await archiveRemover(before, folder).remove([PIECE]);
      await before.close();
      if (!(await runUntilKilled(data, folder.root, 'restore', String(nth), when))) continue;
      isKilled = true;
      restoreKills++;
      const store = await open(data);
      await recoverArchives(store, folder);
      await restoreArchive(store, folder, DAY, 'otel_traces');
      expect([nth, when, await content(store)]).toEqual([nth, when, expected]);
      expect((await listArchives(store, DAY)).map(({ step }) => step)).toEqual(['restored']);
      await store.close();
    }
  }
  expect(restoreKills).toBeGreaterThan(10);
});
