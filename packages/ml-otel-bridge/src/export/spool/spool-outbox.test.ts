import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createSegment } from './segment-file.ts';
import { type OpenedSpool, openSpool } from './spool-outbox.ts';

interface Item {
  readonly id: number;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A spool whose owner remembers the sum of the ids released, as the bridge remembers counts. */
function open({
  maxBytes = 10_000_000,
  disk = { full: false },
} = {}): OpenedSpool<Item> & { sum: () => number; found: number[]; add: (n: number) => void } {
  let sum = 0;
  const found: number[] = [];
  const opened = openSpool<Item>({
    folder,
    maxBytes,
    whenFull: 'drop-oldest',
    encode: (item) => JSON.stringify({ ...item, padding: 'p'.repeat(200) }),
    decode: (json) => ({ id: (JSON.parse(json) as Item).id }),
    weigh: () => ({ bytes: 200, points: 1 }),
    createSegment: (path) => {
      if (disk.full) throw new Error('ENOSPC');
      const segment = createSegment(path);
      return {
        get size() {
          return segment.size;
        },
        append(text) {
          if (disk.full && text !== '') throw new Error('ENOSPC');
          segment.append(text);
        },
        close: segment.close,
      };
    },
    memory: {
      checkpoint: () => sum,
      restoreCheckpoint: (value) => {
        sum = value as number;
      },
      restorePatch: (patch) => {
        sum = patch as number;
      },
      restoreItem: ({ id }) => found.push(id),
    },
  });
  return {
    ...opened,
    sum: () => sum,
    found,
    add: (n) => {
      sum += n;
    },
  };
}

/** What a kill leaves: the files as they are, and no claim that holds. */
function kill(spool: OpenedSpool<Item>): void {
  spool.outbox.close();
}

function sendOne(spool: ReturnType<typeof open>, maxBytes = 200): number[] {
  const batch = spool.outbox.peek(maxBytes);
  if (!batch) return [];
  const ids = batch.items.map(({ id }) => id);
  spool.add(ids.reduce((a, b) => a + b, 0));
  spool.outbox.release(batch, spool.sum());
  return ids;
}

const segments = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.spool'))
    .sort();

describe('openSpool', () => {
  test('what was not released is there after a restart, in order, and what was remembered belongs to it', () => {
    const first = open();
    first.outbox.append([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(sendOne(first)).toEqual([1]);
    kill(first);

    const second = open();
    expect(second.recoveredItems).toBe(2);
    expect(second.sum()).toBe(1);
    expect(second.found).toEqual([1, 2, 3]);
    expect(sendOne(second, 1_000)).toEqual([2, 3]);
    kill(second);

    const third = open();
    expect(third.recoveredItems).toBe(0);
    expect(third.sum()).toBe(6);
    kill(third);
  });

  test('a tail that was cut off loses that line only', () => {
    const first = open();
    for (let id = 1; id <= 5; id++) first.outbox.append([{ id }]);
    kill(first);
    const [name] = segments();
    const path = join(folder, name!);
    truncateSync(path, readFileSync(path).length - 7);

    const second = open();
    expect(second.damagedLines).toBe(1);
    expect(sendOne(second, 10_000)).toEqual([1, 2, 3, 4]);
    second.outbox.append([{ id: 6 }]);
    expect(sendOne(second)).toEqual([6]);
    kill(second);
  });

  test('whatever bytes are changed, it opens, and gives nothing that was not put in', () => {
    const first = open();
    for (let id = 1; id <= 30; id++) first.outbox.append([{ id }]);
    kill(first);
    const name = segments()[0]!;
    const whole = readFileSync(join(folder, name));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (at, noise) => {
          for (const segment of readdirSync(folder)) rmSync(join(folder, segment));
          const damaged = Buffer.from(whole);
          damaged.set(noise.subarray(0, damaged.length - at), at);
          writeFileSync(join(folder, name), damaged);
          const again = open();
          const ids = sendOne(again, 1_000_000);
          kill(again);
          expect(ids.length).toBeGreaterThanOrEqual(28);
          expect(ids).toEqual([...new Set(ids)].filter((id) => id >= 1 && id <= 30));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('files of released items go away, so the folder stays small', () => {
    const spool = open({ maxBytes: 1_000_000 });
    for (let round = 0; round < 200; round++) {
      spool.outbox.append(Array.from({ length: 100 }, (_, index) => ({ id: round * 100 + index })));
      while (sendOne(spool, 100_000).length > 0);
    }
    expect(segments().length).toBeLessThanOrEqual(2);
    kill(spool);
  });

  test('at every point of a long life a kill loses nothing and repeats only what was on its way', () => {
    let spool = open({ maxBytes: 10_000_000 });
    const arrived: number[] = [];
    let next = 0;
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let act = 0; act < 600; act++) {
      const kind = random(10);
      if (kind < 5) {
        spool.outbox.append(Array.from({ length: random(60) + 1 }, () => ({ id: next++ })));
      } else if (kind < 8) {
        arrived.push(...sendOne(spool, random(20_000) + 200));
      } else {
        if (kind === 9) spool.outbox.peek(1_000);
        kill(spool);
        spool = open({ maxBytes: 10_000_000 });
        expect(spool.sum()).toBe(arrived.reduce((a, b) => a + b, 0));
      }
    }
    for (let ids = sendOne(spool, 50_000); ids.length > 0; ids = sendOne(spool, 50_000)) arrived.push(...ids);
    expect(arrived).toEqual(Array.from({ length: next }, (_, index) => index));
    kill(spool);
  });

  test.each(['drop-oldest', 'refuse'] as const)(
    'however much its owner remembers, told to %s: little is written and nothing lost',
    (whenFull) => {
      const remembered = 'm'.repeat(500_000);
      const spool = openSpool<Item>({
        folder,
        maxBytes: 1_000_000,
        whenFull,
        encode: JSON.stringify,
        decode: (json) => JSON.parse(json) as Item,
        weigh: () => ({ bytes: 10, points: 1 }),
        memory: { checkpoint: () => remembered, restoreCheckpoint() {}, restorePatch() {}, restoreItem() {} },
      });
      for (let id = 0; id < 20_000; id++) {
        expect(spool.outbox.append([{ id }])).toEqual({ status: 'kept', droppedPoints: 0 });
      }
      expect(segments().length).toBeLessThanOrEqual(3);
      expect(spool.outbox.pendingItems).toBe(20_000);
      kill(spool);
    },
  );

  test('on a full disk what is kept goes out and is remembered, nothing new is taken, and room is used again', () => {
    const disk = { full: false };
    const first = open({ disk });
    first.outbox.append([{ id: 1 }, { id: 2 }, { id: 3 }]);
    disk.full = true;
    expect(first.outbox.append([{ id: 4 }])).toEqual({ status: 'refused', reason: 'disk' });
    expect(sendOne(first)).toEqual([1]);
    disk.full = false;
    expect(sendOne(first)).toEqual([2]);
    expect(first.outbox.append([{ id: 4 }]).status).toBe('kept');
    kill(first);

    const second = open();
    expect(second.sum()).toBe(3);
    expect(sendOne(second, 1_000)).toEqual([3, 4]);
    kill(second);
  });

  test('what a release said on a full disk is not lost when a later one can be written', () => {
    const disk = { full: false };
    const first = open({ disk });
    first.outbox.append([{ id: 1 }, { id: 2 }]);
    disk.full = true;
    expect(sendOne(first)).toEqual([1]);
    kill(first);
    // As if nothing had been released: the same goes out again, and counts once.
    const second = open({ disk: { full: false } });
    expect(second.sum()).toBe(0);
    expect(sendOne(second, 1_000)).toEqual([1, 2]);
    expect(second.sum()).toBe(3);
    kill(second);
  });

  test('it opens on a full disk, sends what waits there, and takes new items when that made room', () => {
    const first = open();
    first.outbox.append([{ id: 1 }, { id: 2 }]);
    kill(first);
    const disk = { full: true };
    const second = open({ disk });
    expect(second.outbox.append([{ id: 3 }])).toEqual({ status: 'refused', reason: 'disk' });
    expect(sendOne(second)).toEqual([1]);
    disk.full = false;
    expect(sendOne(second)).toEqual([2]);
    expect(second.outbox.append([{ id: 3 }]).status).toBe('kept');
    expect(sendOne(second)).toEqual([3]);
    kill(second);
    const third = open();
    expect([third.recoveredItems, third.sum()]).toEqual([0, 6]);
    kill(third);
  });

  test('an answer that comes after the end is of no harm', () => {
    const spool = open();
    spool.outbox.append([{ id: 1 }]);
    const batch = spool.outbox.peek(1_000)!;
    kill(spool);
    spool.outbox.release(batch, 1);
    expect(spool.outbox.append([{ id: 2 }])).toEqual({ status: 'refused', reason: 'disk' });
    const next = open();
    expect(sendOne(next)).toEqual([1]);
    kill(next);
  });

  test('a second process on the same folder is told so', () => {
    const spool = open();
    expect(() => open()).toThrow(/in use by process/);
    kill(spool);
    kill(open());
  });

  test('a claim of a process that is gone, or that began at another time under our number, does not hold', () => {
    for (const claim of ['999999999 12', `${process.pid} 1`, 'nonsense', '']) {
      writeFileSync(join(folder, 'lock'), claim);
      kill(open());
    }
  });

  test('the claim of a process that was killed does not hold, though nobody has asked about its end', async () => {
    // A shell that becomes `sleep` never asks about the child that it had: the child stays in the process table.
    const parent = Bun.spawn(['sh', '-c', 'sleep 1000 & echo $!; exec sleep 1000'], { stdout: 'pipe' });
    try {
      const { value } = await parent.stdout.getReader().read();
      const pid = Number(new TextDecoder().decode(value));
      const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
      writeFileSync(join(folder, 'lock'), `${pid} ${fields()[21]}`);
      expect(() => open()).toThrow(/in use by process/);
      // Until then the shell would ask about it.
      while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await Bun.sleep(1);
      process.kill(pid, 'SIGKILL');
      while (fields()[2] !== 'Z') await Bun.sleep(1);
      kill(open());
    } finally {
      parent.kill('SIGKILL');
      await parent.exited;
    }
  });

  test('a folder that cannot be used is an error at the start', () => {
    const file = join(folder, 'file');
    appendFileSync(file, '');
    folder = join(file, 'below');
    expect(() => open()).toThrow();
    folder = join(file, '..');
  });
});
