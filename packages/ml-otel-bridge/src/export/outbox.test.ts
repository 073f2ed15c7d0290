import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryOutbox } from './memory-outbox.ts';
import type { Outbox, WhenFull } from './outbox.ts';
import { openSpool } from './spool/spool-outbox.ts';

interface Item {
  readonly id: number;
  readonly padding: string;
}

const weigh = ({ padding }: Item) => ({ bytes: padding.length, points: 2 });
const items = (from: number, count: number, size = 100): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: from + index, padding: 'x'.repeat(size) }));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function spool(options: { maxBytes: number; whenFull: WhenFull }): Outbox<Item> {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  folders.push(folder);
  return openSpool<Item>({
    ...options,
    folder,
    weigh,
    encode: JSON.stringify,
    decode: (json) => JSON.parse(json) as Item,
    memory: { checkpoint: () => null, restoreCheckpoint() {}, restorePatch() {}, restoreItem() {} },
  }).outbox;
}

const implementations: Record<string, (options: { maxBytes: number; whenFull: WhenFull }) => Outbox<Item>> = {
  memory: (options) => createMemoryOutbox<Item>({ ...options, weigh }),
  spool,
};

describe.each(Object.entries(implementations))('an outbox in %s', (_, open) => {
  const ids = (outbox: Outbox<Item>, maxBytes = 1_000_000) =>
    outbox.peek(maxBytes)?.items.map(({ id }) => id) ?? [];

  test('gives items in the order they came, as many as fit, at least one', () => {
    const outbox = open({ maxBytes: 10_000_000, whenFull: 'drop-oldest' });
    outbox.append(items(1, 2));
    outbox.append(items(3, 1));
    expect(ids(outbox, 10)).toEqual([1]);
    const first = outbox.peek(1_000)!;
    outbox.release(first);
    expect(ids(outbox, 200)).toEqual([2, 3]);
    outbox.close();
  });

  test('keeps what was peeked until it is released', () => {
    const outbox = open({ maxBytes: 10_000_000, whenFull: 'drop-oldest' });
    outbox.append(items(1, 3));
    expect(ids(outbox)).toEqual([1, 2, 3]);
    expect(ids(outbox)).toEqual([1, 2, 3]);
    outbox.release(outbox.peek(250)!);
    expect(ids(outbox)).toEqual([3]);
    expect(outbox.pendingItems).toBe(1);
    expect(outbox.pendingPoints).toBe(2);
    outbox.close();
  });

  test('is empty when all was released', () => {
    const outbox = open({ maxBytes: 10_000_000, whenFull: 'drop-oldest' });
    outbox.append(items(1, 50));
    outbox.release(outbox.peek(1_000_000)!);
    expect(outbox.peek(1_000_000)).toBeUndefined();
    expect([outbox.pendingItems, outbox.pendingPoints, outbox.pendingBytes]).toEqual([0, 0, 0]);
    outbox.close();
  });

  test('drops the oldest that are not on their way when there is no room, and counts their points', () => {
    const outbox = open({ maxBytes: 600_000, whenFull: 'drop-oldest' });
    outbox.append(items(0, 10, 1_000));
    const onItsWay = outbox.peek(3_000)!;
    let dropped = 0;
    for (let batch = 0; batch < 100; batch++) {
      const appended = outbox.append(items(10 + batch * 10, 10, 1_000));
      if (appended.status === 'kept') dropped += appended.droppedPoints;
    }
    expect(dropped).toBeGreaterThan(0);
    expect(outbox.pendingPoints + dropped).toBe(1_010 * 2);
    outbox.release(onItsWay);
    const rest: number[] = [];
    for (let batch = outbox.peek(50_000); batch; batch = outbox.peek(50_000)) {
      rest.push(...batch.items.map(({ id }) => id));
      outbox.release(batch);
    }
    expect(rest).toEqual(Array.from({ length: rest.length }, (_, index) => 1_010 - rest.length + index));
    expect(onItsWay.points + dropped + rest.length * 2).toBe(1_010 * 2);
    outbox.close();
  });

  test('refuses all of what does not fit when told to, and takes it once there is room', () => {
    const outbox = open({ maxBytes: 200_000, whenFull: 'refuse' });
    let taken = 0;
    while (outbox.append(items(taken, 10, 1_000)).status === 'kept') taken += 10;
    expect(taken).toBeGreaterThan(50);
    expect(outbox.append(items(taken, 10, 1_000))).toEqual({ status: 'refused', reason: 'full' });
    expect(outbox.pendingItems).toBe(taken);
    for (let batch = outbox.peek(50_000); batch; batch = outbox.peek(50_000)) outbox.release(batch);
    expect(outbox.append(items(taken, 10, 1_000)).status).toBe('kept');
    outbox.close();
  });

  test('many more items than stay in memory come out once each, in order, while others come in', () => {
    const outbox = open({ maxBytes: 200_000_000, whenFull: 'drop-oldest' });
    const seen: number[] = [];
    let next = 0;
    const put = (count: number) => {
      outbox.append(items(next, count, 10_000));
      next += count;
    };
    for (let round = 0; round < 40; round++) put(100);
    for (let batch = outbox.peek(1_000_000); batch; batch = outbox.peek(1_000_000)) {
      seen.push(...batch.items.map(({ id }) => id));
      outbox.release(batch);
      if (next < 6_000) put(50);
    }
    expect(seen).toEqual(Array.from({ length: next }, (_, index) => index));
    outbox.close();
  });
});
