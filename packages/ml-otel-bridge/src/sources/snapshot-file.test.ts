import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Time } from '../schema/index.ts';
import type { SinkOutcome } from './delivery.ts';
import {
  createSnapshotFileSource,
  type SnapshotFileOptions,
  type SnapshotFileSource,
} from './snapshot-file.ts';

const HOUR = 3_600_000;
const LIMIT_MILLIS = 20_000;
setDefaultTimeout(30_000);

let folder: string;
let path: string;
let source: SnapshotFileSource | undefined;
let offered: { snapshot: unknown; time: Time }[];
let answer: (snapshot: unknown) => SinkOutcome;
let logged: { level: string; message: string; details: Record<string, unknown> }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-file-'));
  path = join(folder, 'metrics', 'current.json');
  offered = [];
  logged = [];
  answer = () => ({ status: 'accepted' });
});
afterEach(async () => {
  await source?.stop();
  source = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function start(options: Partial<SnapshotFileOptions> = {}): SnapshotFileSource {
  const log = (level: string) => (details: object, message: string) => {
    logged.push({ level, message, details: details as Record<string, unknown> });
  };
  source = createSnapshotFileSource({
    path,
    // Long, so that what arrives was told by the operating system.
    intervalMillis: HOUR,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    sink: {
      recordAll: (snapshots, { fallbackTime }) =>
        snapshots.map((snapshot) => {
          const outcome = answer(snapshot);
          if (outcome.status !== 'full') offered.push({ snapshot, time: fallbackTime });
          return outcome;
        }),
    },
    ...options,
  });
  source.start();
  return source;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + LIMIT_MILLIS;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`waited in vain; offered ${JSON.stringify(offered)}, logged ${JSON.stringify(logged)}`);
    }
    await delay(2);
  }
}

const step = (batch: number) => ({
  timestamp: new Date(1_790_000_000_000 + batch).toISOString(),
  job_metadata: { job_id: 'job' },
  training_metrics: { batch_number: batch, training_loss: 1 / batch },
});
const text = (batch: number) => JSON.stringify(step(batch));
const steps = () =>
  new Set(offered.map(({ snapshot }) => (snapshot as ReturnType<typeof step>).training_metrics.batch_number));
const arrived = (...batches: number[]) => until(() => batches.every((batch) => steps().has(batch)));
const times = (level: string) => logged.filter((entry) => entry.level === level).length;

function replace(content: string | Uint8Array, target = path): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(`${target}.tmp`, content);
  renameSync(`${target}.tmp`, target);
}

describe.each(['caller', 'own'] as const)('in the thread: %s', (thread) => {
  test('what is there at the start is read, with the file’s time of change', async () => {
    replace(text(1));
    utimesSync(path, 1_700_000_000.25, 1_700_000_000.25);
    start({ thread });
    await arrived(1);
    expect(offered[0]).toEqual({ snapshot: step(1), time: [1_700_000_000, 250_000_000] });
  });

  test('two files renamed over it, with no tick in between, both arrive', async () => {
    replace(text(1));
    start({ thread });
    await arrived(1);
    replace(text(2));
    await arrived(2);
    replace(text(3));
    await arrived(3);
  });

  test('a folder that is made after the start', async () => {
    const { status } = start({ thread });
    await until(() => times('info') === 1);
    expect(logged).toMatchObject([{ level: 'info', message: expect.stringContaining('not there') }]);
    replace(text(1));
    await arrived(1);
    await until(() => status().present);
    expect(times('warn') + times('error')).toBe(0);
  });

  test('stop reads a last time', async () => {
    replace(text(1));
    const { stop } = start({ thread });
    await arrived(1);
    replace(text(2));
    await stop();
    expect([...steps()]).toEqual([1, 2]);
    replace(text(3));
    await delay(50);
    expect([...steps()]).toEqual([1, 2]);
  });
});

describe('every kind of change', () => {
  beforeEach(async () => {
    replace(text(1));
    start();
    await arrived(1);
  });

  test('rewritten in place', async () => {
    for (let batch = 2; batch < 20; batch++) {
      writeFileSync(path, text(batch));
      await arrived(batch);
    }
  });

  test('deleted and made anew', async () => {
    rmSync(path);
    writeFileSync(path, text(2));
    await arrived(2);
  });

  test('its folder deleted and made anew, twice', async () => {
    for (const batch of [2, 3]) {
      rmSync(dirname(path), { recursive: true });
      replace(text(batch));
      await arrived(batch);
    }
    writeFileSync(path, text(4));
    await arrived(4);
  });

  test('its folder moved away and another put in its place', async () => {
    renameSync(dirname(path), join(folder, 'old'));
    replace(text(2));
    await arrived(2);
    replace(text(99), join(folder, 'old', 'current.json'));
    replace(text(3));
    await arrived(3);
    expect(steps().has(99)).toBe(false);
  });

  test('appended to', async () => {
    for (let batch = 2; batch < 20; batch++) {
      appendFileSync(path, `\n${text(batch)}`);
      await arrived(batch);
    }
    appendFileSync(path, `\n${text(20)}\n${text(21)}\n`);
    await arrived(20, 21);
    expect(offered).toHaveLength(21);
  });
});

test('a volume’s symbolic links are swapped as Kubernetes does', async () => {
  const volume = dirname(path);
  const fill = (name: string, batch: number) => {
    mkdirSync(join(volume, name), { recursive: true });
    writeFileSync(join(volume, name, 'current.json'), text(batch));
    symlinkSync(name, join(volume, '..data_tmp'));
    renameSync(join(volume, '..data_tmp'), join(volume, '..data'));
  };
  fill('..2026_1', 1);
  symlinkSync('..data/current.json', path);
  start();
  await arrived(1);
  for (const batch of [2, 3]) {
    fill(`..2026_${batch}`, batch);
    await arrived(batch);
  }
  writeFileSync(join(volume, '..2026_3', 'current.json'), text(4));
  await arrived(4);
});

test('a link to a file in another folder that comes later', async () => {
  const target = join(folder, 'elsewhere', 'deep', 'run.json');
  mkdirSync(dirname(path));
  symlinkSync(target, path);
  start();
  replace(text(1), target);
  await arrived(1);
  replace(text(2), target);
  await arrived(2);
});

test('the interval catches what nobody tells of', async () => {
  const real = join(folder, 'a', 'metrics');
  path = join(real, 'current.json');
  replace(text(1));
  start({ intervalMillis: 20 });
  await arrived(1);
  renameSync(join(folder, 'a'), join(folder, 'b'));
  replace(text(2));
  await arrived(2);
});

describe('what the file holds', () => {
  test('an array', async () => {
    replace(JSON.stringify([step(1), step(2)], null, 2));
    start();
    await arrived(1, 2);
  });

  test('NDJSON of 5,000 lines is read once as it grows by rename', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => text(index + 1));
    replace(`${lines.join('\n')}\n`);
    start();
    await arrived(5_000);
    replace(`${[...lines, text(5_001)].join('\n')}\n`);
    await arrived(5_001);
    expect(offered).toHaveLength(5_001);
  });

  test('NDJSON deleted, emptied and written anew with a line more is not read again', async () => {
    replace(`${text(1)}\n${text(2)}\n`);
    const { status } = start({ intervalMillis: 10 });
    await arrived(1, 2);
    rmSync(path);
    await until(() => status().trouble === 'missing');
    writeFileSync(path, '');
    await until(() => status().trouble === 'empty');
    writeFileSync(path, [1, 2, 3].map(text).join('\n'));
    await arrived(3);
    expect(offered).toHaveLength(3);
  });

  test('NDJSON cut short and begun anew', async () => {
    replace(`${text(1)}\n${text(2)}\n`);
    start();
    await arrived(1, 2);
    truncateSync(path);
    appendFileSync(path, `${text(3)}\n`);
    await arrived(3);
  });

  test('NDJSON larger than one part', async () => {
    const padded = (batch: number) => JSON.stringify({ ...step(batch), config: 'x'.repeat(50_000) });
    replace(Array.from({ length: 100 }, (_, index) => padded(index + 1)).join('\n'));
    start();
    await until(() => steps().size === 100);
    expect(offered).toHaveLength(100);
  });

  test('bare NaN and Infinity are values', async () => {
    replace('{"job_metadata":{"job_id":"job"},"training_metrics":{"a":NaN,"b":-Infinity}}');
    start();
    await until(() => offered.length === 1);
    expect(offered[0]?.snapshot).toMatchObject({
      training_metrics: { a: Number.NaN, b: Number.NEGATIVE_INFINITY },
    });
  });

  test('lines that are not JSON are left out, and said once', async () => {
    replace(`${text(1)}\nnot json\n${text(2)}\n`);
    start();
    await arrived(1, 2);
    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { details: { lines: [{ line: 2 }] } },
    ]);
  });
});

describe('episodes', () => {
  test('half-written JSON is retried, then said once, and its end is said', async () => {
    const whole = text(1);
    mkdirSync(dirname(path));
    writeFileSync(path, whole.slice(0, 40));
    start({ intervalMillis: 10 });
    await until(() => times('warn') === 1);
    writeFileSync(path, whole.slice(0, 50));
    const looked = source!.status().lastLookAt;
    await until(() => source!.status().lastLookAt > looked + 100);
    expect(times('warn')).toBe(1);
    expect(source!.status().trouble).toBe('broken');
    writeFileSync(path, whole);
    await arrived(1);
    await until(() => source!.status().trouble === undefined);
    expect(logged.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('what is ended soon is nobody’s business', async () => {
    const whole = text(1);
    mkdirSync(dirname(path));
    start();
    writeFileSync(path, whole.slice(0, 40));
    appendFileSync(path, whole.slice(40));
    await arrived(1);
    expect(times('warn') + times('error')).toBe(0);
  });

  test('an invalid snapshot is said once, with the paths', async () => {
    answer = () => ({
      status: 'rejected',
      issues: [{ path: 'job_metadata.job_id', message: 'expected a string' }],
    });
    replace(text(1));
    start();
    await arrived(1);
    replace(text(2));
    await arrived(2);
    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { details: { snapshots: [{ issues: [{ path: 'job_metadata.job_id' }] }] } },
    ]);
    answer = () => ({ status: 'accepted' });
    replace(text(3));
    await arrived(3);
    expect(logged.at(-1)).toMatchObject({ level: 'info', message: expect.stringContaining('valid again') });
  });

  test('what there is no room for waits in order, though the file goes on', async () => {
    let isFull = true;
    answer = () => ({ status: isFull ? 'full' : 'accepted' });
    replace(text(1));
    const { status } = start();
    await until(() => status().waitingSnapshots === 1);
    replace(text(2));
    await until(() => status().waitingSnapshots === 2);
    isFull = false;
    await arrived(1, 2);
    expect([...steps()]).toEqual([1, 2]);
    expect(times('error')).toBe(1);
  });

  test.each([
    ['a folder', (at: string) => mkdirSync(at)],
    ['a pipe', (at: string) => execFileSync('mkfifo', [at])],
  ])('%s in its place is refused, and what comes after it read', async (_, make) => {
    mkdirSync(dirname(path));
    make(path);
    const { status } = start({ intervalMillis: 10 });
    await until(() => status().trouble === 'irregular');
    expect(times('error')).toBe(1);
    rmSync(path, { recursive: true });
    replace(text(1));
    await arrived(1);
  });

  test('a document that is too large is an error, once', async () => {
    replace('x'.repeat(17 * 1024 * 1024));
    const { status } = start({ intervalMillis: 10 });
    await until(() => status().trouble === 'too_large');
    replace(text(1));
    await arrived(1);
    expect(times('error')).toBe(1);
  });

  test.skipIf(process.getuid?.() !== 0)('a file that may not be read is an error, once', async () => {
    replace(text(1));
    chmodSync(folder, 0o755);
    chmodSync(path, 0o000);
    // Root may read everything: this process is somebody else for the first look.
    process.seteuid!(65_534);
    try {
      start();
    } finally {
      process.seteuid!(0);
    }
    expect(logged).toMatchObject([
      { level: 'error', details: { reason: expect.stringContaining('EACCES') } },
    ]);
    replace(text(2));
    await arrived(2);
    expect(times('error')).toBe(1);
  });

  test('links that go in a circle are unreadable', async () => {
    mkdirSync(dirname(path));
    symlinkSync('current.json', path);
    const { status } = start();
    await until(() => status().trouble === 'unreadable');
    rmSync(path);
    replace(text(1));
    await arrived(1);
  });
});

describe('over restarts', () => {
  const positionFile = () => join(folder, 'position.json');

  test.each(['caller', 'own'] as const)(
    'lines are read on where it ended, in the thread: %s',
    async (thread) => {
      replace(`${Array.from({ length: 3_000 }, (_, index) => text(index + 1)).join('\n')}\n`);
      start({ thread, positionFile: positionFile() });
      await arrived(3_000);
      await source?.stop();
      appendFileSync(path, `${text(3_001)}\n`);
      start({ thread, positionFile: positionFile() });
      await arrived(3_001);
      expect(offered).toHaveLength(3_001);
    },
  );

  test('another file of the same length is read from its beginning', async () => {
    replace(`${text(1)}\n${text(2)}\n`);
    start({ positionFile: positionFile() });
    await arrived(1, 2);
    await source?.stop();
    replace(`${text(3)}\n${text(4)}\n`);
    start({ positionFile: positionFile() });
    await arrived(3, 4);
  });

  test.each(['', 'not json', '{}', '{"offset":-1}', '[]', 'null'])(
    'a position that is damaged (%s) is none',
    async (damage) => {
      replace(`${text(1)}\n${text(2)}\n`);
      writeFileSync(positionFile(), damage);
      start({ positionFile: positionFile() });
      await arrived(1, 2);
    },
  );
});
