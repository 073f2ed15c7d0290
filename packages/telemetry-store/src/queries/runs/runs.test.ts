import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '../../connection/connection.ts';
import { batchToken } from '../../ingest/insert-statements.ts';
import {
  anyValue,
  attributes as encoded,
  encodeRequest,
  type Json,
} from '../../ingest/testing/encode-request.ts';
import { insert, openMigrated } from '../../ingest/testing/open-store.ts';
import type { OpenedStore } from '../../testing/connections.ts';
import { logPage } from '../logs/page.ts';
import { metricRequest, numberPoint } from '../testing/make-requests.ts';
import { ALL_TIME } from '../time-range.ts';
import { deleteRun } from './delete-run.ts';
import { editRun } from './edit-run.ts';
import { run } from './run-detail.ts';
import { runMetrics } from './run-metrics.ts';
import { type RunPageRequest, runPage } from './run-page.ts';

setDefaultTimeout(60_000);

const SECOND = 1_000_000_000n;
const T = 1_780_000_000n * SECOND;
const at = (seconds: number) => T + BigInt(Math.round(seconds * 1e9));
/** What arrives so many seconds after the start. */
const arriving = (seconds: number) => batchToken(1_780_000_000_000 + seconds * 1e3, crypto.randomUUID());
const clock = (seconds: number) => 1_780_000_000_000 + seconds * 1e3;

let store: OpenedStore;
let connection: Connection;
beforeAll(async () => {
  store = await openMigrated();
  connection = store.connection;
}, 30_000);
afterAll(() => store[Symbol.asyncDispose]());

interface Step {
  readonly at: number;
  readonly value?: number;
  readonly epoch?: number;
  readonly batch?: number;
  readonly rank?: number;
}

function log(
  id: string,
  steps: readonly Step[],
  { metric = 'loss', received = steps.at(-1)!.at }: { metric?: string; received?: number } = {},
) {
  const dataPoints = steps.map(({ at: time, value = 1, ...step }) =>
    numberPoint({ time: at(time), start: T, value, attributes: { 'job.id': id, ...step } }),
  );
  const request = metricRequest('trainer', {
    name: `ml.training.${metric}`,
    unit: '1',
    gauge: { dataPoints },
  });
  return insert(connection, 'metrics', request, arriving(received));
}

function say(
  id: string,
  event: string,
  seconds: number,
  values: { [key: string]: Json } = {},
  body?: Json,
): Promise<void> {
  const logRecords = [
    {
      timeUnixNano: String(at(seconds)),
      eventName: `ml.run.${event}`,
      attributes: encoded({ 'job.id': id, ...values }),
      ...(body !== undefined && { body: anyValue(body) }),
    },
  ];
  const request = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  return insert(connection, 'logs', request, arriving(seconds));
}

const stateOf = async (id: string, seconds: number) => (await run(connection, id, clock(seconds)))?.state;
const page = (request: Omit<RunPageRequest, 'now'>) =>
  runPage(connection, { ...request, now: clock(10_000) });
const ids = async (request: Omit<RunPageRequest, 'now'>) => (await page(request)).runs.map(({ id }) => id);

describe('a run', () => {
  test('is what its events and points say, with its last step on the derived axis', async () => {
    await say('whole', 'started', 0, {
      'model.name': 'resnet',
      dataset: 'imagenet',
      'ml.project': 'vision',
      'label.team': 'a"b',
    });
    await say('whole', 'config', 1, {}, { lr: 0.1 });
    await log('whole', [
      { at: 10, epoch: 0, batch: 0, value: 3, rank: 1 },
      { at: 11, epoch: 0, batch: 1, value: 2 },
      { at: 12, epoch: 1.5, batch: 0, value: Number.NaN },
    ]);
    await log('whole', [{ at: 12, value: 7, epoch: 1.5 }], { metric: 'accuracy' });
    expect(await run(connection, 'whole', clock(20))).toEqual({
      id: 'whole',
      name: 'whole',
      tags: [],
      notes: '',
      model: 'resnet',
      dataset: 'imagenet',
      project: 'vision',
      labels: { team: 'a"b' },
      state: 'running',
      startedAt: T,
      finishedAt: undefined,
      lastPointAt: at(12),
      lastReceivedAt: at(12),
      duration: 12n * SECOND,
      lastStep: 2,
      lastEpoch: 1.5,
      lastLoss: Number.NaN,
      ranks: ['1'],
      starts: 1,
      config: '{"lr":0.1}',
      ordered: true,
    });
  });

  test('of which only a heartbeat came has neither start nor points', async () => {
    await say('silent', 'heartbeat', 5, { 'ml.run.heartbeat.interval': 30 });
    expect(await run(connection, 'silent', clock(6))).toMatchObject({
      state: 'running',
      startedAt: undefined,
      lastPointAt: undefined,
      duration: 0n,
      lastStep: undefined,
      lastEpoch: undefined,
      lastLoss: undefined,
      starts: 0,
    });
  });

  test('has the name and the tags that its labels say, until a person says others', async () => {
    await say('named', 'started', 0, {
      'label.name': 'second try',
      'label.tag.b': 'true',
      'label.tag.a': '',
      'label.team': 't',
    });
    const own = { name: 'second try', tags: ['a', 'b'], labels: { team: 't' } };
    expect(await run(connection, 'named', clock(1))).toMatchObject(own);
    expect(await ids({ filter: { text: 'SECOND TRY' } })).toEqual(['named']);
    expect(await ids({ filter: { tag: 'b' } })).toEqual(['named']);
    await editRun(connection, 'named', { notes: 'n' });
    expect(await run(connection, 'named', clock(1))).toMatchObject({ ...own, notes: 'n' });
    await editRun(connection, 'named', { name: 'third', tags: [] });
    expect(await run(connection, 'named', clock(1))).toMatchObject({ name: 'third', tags: [], notes: 'n' });
    await editRun(connection, 'named', { name: '' });
    expect(await run(connection, 'named', clock(1))).toMatchObject({ name: 'second try', tags: [] });
  });

  test('that there is not is none', async () => {
    expect(await run(connection, 'no such run', clock(0))).toBeUndefined();
  });

  test('whose steps come out of order on purpose says so', async () => {
    await say('unordered', 'started', 0, { 'ml.run.ordered': false });
    expect(await run(connection, 'unordered', clock(1))).toMatchObject({ ordered: false });
  });

  test('has the metrics that came, with what is not finite told apart', async () => {
    await log('metrics', [
      { at: 1, batch: 1, value: Number.NaN },
      { at: 2, batch: 2, value: 5 },
      { at: 3, batch: 3, value: 2 },
    ]);
    await log('metrics', [{ at: 4, batch: 1, value: Number.NEGATIVE_INFINITY, rank: 3 }], { metric: 'a' });
    expect(await runMetrics(connection, 'metrics')).toEqual([
      {
        metric: 'ml.training.a',
        series: expect.stringMatching(/^\d+$/),
        attributes: { 'job.id': 'metrics', rank: '3' },
        unit: '1',
        firstTime: at(4),
        lastTime: at(4),
        lastValue: Number.NEGATIVE_INFINITY,
        min: undefined,
        max: undefined,
        hasNaN: false,
        hasInfinity: false,
        hasNegativeInfinity: true,
      },
      expect.objectContaining({ metric: 'ml.training.loss', lastValue: 2, min: 2, max: 5, hasNaN: true }),
    ]);
  });
});

describe('the state of a run', () => {
  test('without heartbeats: stalled after a minute, vanished after half an hour', async () => {
    await log('quiet', [{ at: 0, batch: 0 }]);
    expect(await stateOf('quiet', 59)).toBe('running');
    expect(await stateOf('quiet', 60)).toBe('stalled');
    expect(await stateOf('quiet', 1_799)).toBe('stalled');
    expect(await stateOf('quiet', 1_800)).toBe('vanished');
  });

  test('of a slow one: stalled after ten times the median gap of its densest curve, whatever pauses it made', async () => {
    const steps = [0, 100, 200, 300, 40_000, 40_100, 40_200].map((time, batch) => ({ at: time, batch }));
    await log('slow', steps);
    await log('slow', steps, { received: 40_200 });
    await log('slow', [steps[0]!, steps[6]!], { metric: 'validation_loss' });
    expect(await stateOf('slow', 41_199)).toBe('running');
    expect(await stateOf('slow', 41_200)).toBe('stalled');
  });

  test('with heartbeats: vanished after three intervals without one', async () => {
    await log('beating', [{ at: 0, batch: 0 }]);
    await say('beating', 'heartbeat', 50, { 'ml.run.heartbeat.interval': 30 });
    expect(await stateOf('beating', 100)).toBe('stalled');
    expect(await stateOf('beating', 139)).toBe('stalled');
    expect(await stateOf('beating', 140)).toBe('vanished');
  });

  test.each(['finished', 'failed'] as const)(
    '%s, and running once more when it speaks again',
    async (status) => {
      await say(status, 'started', 0);
      await log(status, [{ at: 10, batch: 1 }]);
      await say(status, 'finished', 10, { 'ml.run.status': status });
      expect(await run(connection, status, clock(99_999))).toMatchObject({
        state: status,
        finishedAt: at(10),
        duration: 10n * SECOND,
      });
      await log(status, [{ at: 20, batch: 2 }]);
      expect(await run(connection, status, clock(21))).toMatchObject({
        state: 'running',
        finishedAt: undefined,
      });
    },
  );

  test('a resumed run runs', async () => {
    await say('resumed', 'started', 0);
    await say('resumed', 'finished', 10, { 'ml.run.status': 'failed' });
    await say('resumed', 'started', 20);
    expect(await run(connection, 'resumed', clock(25))).toMatchObject({ state: 'running', starts: 2 });
  });
});

describe('the list of runs', () => {
  const hostile = ["'", '\\', '{text:String}', '\0', "'; DROP TABLE training_runs; --", '%', '\ud800'];
  beforeAll(async () => {
    for (let i = 0; i < 12; i++) {
      await say(`list-${i}`, 'started', 5_000 + Math.floor(i / 4), {
        'model.name': `list-m${i % 2}`,
        'ml.project': 'list',
        'label.n': String(i % 3),
      });
    }
    await say('list-3', 'finished', 6_000, { 'ml.run.status': 'finished' });
  });
  const project = 'list';

  test.each(['start', 'activity', 'duration', 'name'] as const)(
    'by %s, page by page, with ties',
    async (sort) => {
      for (const order of ['ascending', 'descending'] as const) {
        const all = await ids({ filter: { project }, sort, order });
        expect(all.toSorted()).toEqual(Array.from({ length: 12 }, (_, i) => `list-${i}`).toSorted());
        const walked: string[] = [];
        let cursor: string | undefined;
        do {
          const { runs, next }: Awaited<ReturnType<typeof page>> = await page({
            filter: { project },
            sort,
            order,
            limit: 5,
            ...(cursor !== undefined && { cursor }),
          });
          walked.push(...runs.map(({ id }) => id));
          cursor = next;
        } while (cursor !== undefined);
        expect(walked).toEqual(all);
      }
    },
  );

  test('is ordered as asked', async () => {
    const { runs } = await page({ filter: { project }, sort: 'start', order: 'ascending' });
    const starts = runs.map(({ startedAt }) => startedAt!);
    expect(starts).toEqual(starts.toSorted((a, b) => Number(a - b)));
    expect((await ids({ filter: { project }, sort: 'activity', limit: 1 }))[0]).toBe('list-3');
  });

  test('by state, model, label and text', async () => {
    expect(await ids({ filter: { project, states: ['finished'] } })).toEqual(['list-3']);
    expect(await ids({ filter: { project, states: ['vanished', 'failed'] } })).toHaveLength(11);
    expect(await ids({ filter: { project, model: 'list-m1' } })).toHaveLength(6);
    expect(await ids({ filter: { project, labels: [{ key: 'n', value: '2' }] } })).toHaveLength(4);
    expect(await ids({ filter: { project, labels: [{ key: 'x', value: '' }] } })).toEqual([]);
    expect((await ids({ filter: { text: 'LIST-1' } })).toSorted()).toEqual(['list-1', 'list-10', 'list-11']);
  });

  test.each(hostile)('asked with %j there is nothing, and nothing changes', async (text) => {
    expect(await ids({ filter: { project, text } })).toEqual([]);
    expect(await ids({ filter: { project, model: text } })).toEqual([]);
    expect(await ids({ filter: { project, tag: text } })).toEqual([]);
    expect(await ids({ filter: { project, labels: [{ key: text, value: text }] } })).toEqual([]);
    expect(await run(connection, text, clock(0))).toBeUndefined();
    expect(await runMetrics(connection, text)).toEqual([]);
    expect(await editRun(connection, text, { name: text })).toBe(false);
    expect(await deleteRun(connection, text)).toBeUndefined();
    await expect(ids({ filter: { project }, cursor: text })).rejects.toMatchObject({ reason: 'cursor' });
  });

  test('refuses a cursor of another order, bounds and clocks that are none', async () => {
    const { next } = await page({ filter: { project }, sort: 'name', limit: 1 });
    await expect(ids({ sort: 'start', cursor: next! })).rejects.toMatchObject({ reason: 'cursor' });
    await expect(ids({ limit: 0 })).rejects.toMatchObject({ reason: 'argument' });
    await expect(ids({ sort: '1; --' as 'name' })).rejects.toMatchObject({ reason: 'argument' });
    await expect(ids({ sort: 'toString' as 'name' })).rejects.toMatchObject({ reason: 'argument' });
    await expect(runPage(connection, { now: Number.NaN })).rejects.toMatchObject({ reason: 'argument' });
  });
});

describe('a person', () => {
  test('names, tags and describes a run, each word the last of its kind', async () => {
    await log('edited', [{ at: 1, batch: 1 }]);
    const name = "it's \\ {x:String}\n";
    expect(await editRun(connection, 'edited', { name, tags: ['a', "b'"] })).toBe(true);
    expect(await editRun(connection, 'edited', { notes: 'n' })).toBe(true);
    expect(await editRun(connection, 'edited', { tags: ['c'] })).toBe(true);
    expect(await run(connection, 'edited', clock(2))).toMatchObject({ name, tags: ['c'], notes: 'n' });
    expect(await ids({ filter: { text: name } })).toEqual(['edited']);
    expect(await ids({ filter: { tag: 'c' } })).toEqual(['edited']);
    await editRun(connection, 'edited', { name: '' });
    expect(await run(connection, 'edited', clock(2))).toMatchObject({ name: 'edited' });
  });

  test.each([
    { name: 'x'.repeat(201) },
    { tags: Array(51).fill('t') },
    { tags: [''] },
    { notes: 'x'.repeat(20_001) },
    { other: 1 },
    { name: 7 },
  ])('is told what does not fit: %#', async (edit) => {
    await expect(editRun(connection, 'edited', edit as never)).rejects.toMatchObject({ reason: 'argument' });
  });

  test('deletes a run, of which logs stay, and which is there again when it speaks', async () => {
    await log('gone', [
      { at: 1, epoch: 0, batch: 1 },
      { at: 2, epoch: 0, batch: 2 },
    ]);
    await say('gone', 'started', 1);
    await editRun(connection, 'gone', { name: 'to go' });
    expect(await deleteRun(connection, 'gone')).toEqual({ points: 2, series: 1 });
    expect(await run(connection, 'gone', clock(3))).toBeUndefined();
    expect(await ids({ filter: { text: 'gone' } })).toEqual([]);
    expect(await runMetrics(connection, 'gone')).toEqual([]);
    expect(await deleteRun(connection, 'gone')).toBeUndefined();
    const logs = await logPage(connection, { range: ALL_TIME, runId: 'gone' });
    expect(logs.rows.length).toBeGreaterThan(0);
    const later = Date.now() / 1e3 - 1_780_000_000 + 5;
    await log('gone', [{ at: later, batch: 3 }]);
    expect(await run(connection, 'gone', clock(later))).toMatchObject({ name: 'gone', lastStep: 3 });
  });
});
