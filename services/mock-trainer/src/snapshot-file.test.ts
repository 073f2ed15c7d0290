import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { TrainingSnapshot } from './snapshot.ts';
import { createSnapshotFile, writeAtomically, writeTorn } from './snapshot-file.ts';
import { TrainingJob } from './training-job.ts';
import { jobIdOf, workloadOf } from './workload.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mock-trainer-'));
});
afterEach(() => rm(folder, { recursive: true }));

const silent = pino({ level: 'silent' });

function snapshot(): TrainingSnapshot {
  const length = { epochs: 1, batchesPerEpoch: 10, forever: false };
  const startTime = new Date();
  const options = { jobId: jobIdOf(0), workload: workloadOf(0), ranks: 1, seed: 1, length, startTime };
  const job = new TrainingJob({ ...options, numbering: 'continue' });
  job.advance(0);
  return job.snapshots(startTime, 'running')[0]!;
}

/** Reads the file again and again until `writing` is over; the texts that were no JSON. */
async function tornReads(path: string, writing: Promise<void>): Promise<string[]> {
  const torn: string[] = [];
  let over = false;
  const end = writing.finally(() => {
    over = true;
  });
  while (!over) {
    const text = await readFile(path, 'utf8');
    try {
      JSON.parse(text);
    } catch {
      torn.push(text);
    }
  }
  await end;
  return torn;
}

test('a reader never sees half a file, and no other file is left', async () => {
  const path = join(folder, 'current.json');
  const file = createSnapshotFile(path, silent, () => writeAtomically);
  await file.write(snapshot());
  const writing = (async () => {
    for (let i = 0; i < 500; i += 1) await file.write(snapshot());
  })();
  expect(await tornReads(path, writing)).toEqual([]);
  expect(await readdir(folder)).toEqual(['current.json']);
});

test('a torn write shows its first half before it is whole', async () => {
  const path = join(folder, 'current.json');
  const file = createSnapshotFile(path, silent, () => writeTorn(100));
  await writeFile(path, '{}');
  expect((await tornReads(path, file.write(snapshot()))).length).toBeGreaterThan(0);
  expect(JSON.parse(await readFile(path, 'utf8')).job_metadata.job_id).toBe('training-job-123');
});

test('a missing folder is made', async () => {
  const path = join(folder, 'not/yet/current.json');
  await createSnapshotFile(path, silent, () => writeAtomically).write(snapshot());
  expect(JSON.parse(await readFile(path, 'utf8')).status).toBe('running');
});

test('what cannot be written is said once and does not throw; success is said again', async () => {
  const lines: { level: number; path: string; reason?: string }[] = [];
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  const path = join(folder, 'blocked', 'current.json');
  const file = createSnapshotFile(path, log, () => writeAtomically);
  await writeFile(join(folder, 'blocked'), 'a file where a folder should be');
  await file.write(snapshot());
  await file.write(snapshot());
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 50, path, reason: expect.stringMatching(/EEXIST|ENOTDIR/) });
  await rm(join(folder, 'blocked'));
  await file.write(snapshot());
  expect(lines.map(({ level }) => level)).toEqual([50, 30]);
});
