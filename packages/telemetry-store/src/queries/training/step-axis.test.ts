import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributes, encodeRequest, type Json } from '../../ingest/testing/encode-request.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { readStepAxis } from './step-axis.ts';

interface Point {
  readonly epoch?: number;
  readonly batch?: number;
  readonly step: number;
}

const CASES = join(import.meta.dir, '../../../../../conformance/step-axis');

let store: OpenedStore;
beforeAll(async () => {
  store = await openMigrated();
}, 30_000);
afterAll(() => store[Symbol.asyncDispose]());

async function send(run: string, points: readonly Omit<Point, 'step'>[]): Promise<void> {
  const dataPoints = points.map(({ epoch, batch }, index) => {
    const values: { [key: string]: Json } = { 'job.id': run };
    if (epoch !== undefined) values.epoch = epoch;
    if (batch !== undefined) values.batch = batch;
    return {
      timeUnixNano: String(1795000000000000000n + BigInt(index)),
      asDouble: 1,
      attributes: attributes(values),
    };
  });
  const metrics = [{ name: 'ml.training.loss', gauge: { dataPoints } }];
  await insert(
    store.connection,
    'metrics',
    encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  );
}

async function stepOf(run: string, { epoch = 0, batch = 0 }: Omit<Point, 'step'>): Promise<number> {
  const { epochs } = await readStepAxis(store.connection, run);
  return batch + Number(epochs.find((row) => Number(row.epoch) === Math.floor(epoch))?.offset);
}

describe('conformance/step-axis', () => {
  test.each(readdirSync(CASES))('%s', async (file) => {
    const { points } = JSON.parse(readFileSync(join(CASES, file), 'utf8')) as { points: Point[] };
    await send(file, points);
    const steps = await Promise.all(points.map((point) => stepOf(file, point)));
    expect(steps).toEqual(points.map((point) => point.step));
  });
});

test('a point sent again changes nothing; a late one of an earlier epoch shifts the later, in another version', async () => {
  const points = [
    { epoch: 0, batch: 0 },
    { epoch: 0, batch: 1 },
    { epoch: 1, batch: 0 },
  ];
  await send('late', points);
  const before = await readStepAxis(store.connection, 'late');
  await send('late', points);
  expect(await readStepAxis(store.connection, 'late')).toEqual(before);
  await send('late', [{ epoch: 0, batch: 2 }]);
  const after = await readStepAxis(store.connection, 'late');
  expect(after.epochs.map((epoch) => epoch.offset)).toEqual(['0', '3']);
  expect(after.version).not.toBe(before.version);
});

test('a run without batches, or none at all, has no step axis', async () => {
  await send('epochs only', [{ epoch: 1 }, { epoch: 2 }]);
  expect((await readStepAxis(store.connection, 'epochs only')).epochs).toEqual([]);
  expect((await readStepAxis(store.connection, 'nothing')).epochs).toEqual([]);
});
