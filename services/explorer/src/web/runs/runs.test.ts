import { describe, expect, test } from 'bun:test';
import { parseSearch, readSearch, stringifySearch } from '../url/search-params.ts';
import { batched } from './curves/batched.ts';
import { groupRuns } from './grouped-runs.ts';
import { readTags } from './read-tags.ts';
import { progressOf, readRunEnd } from './run-progress.ts';
import { sparkShape } from './run-spark.tsx';
import type { Run } from './runs-query.ts';
import { RUNS_SEARCH } from './runs-search.ts';
import { withSelected } from './with-selected.ts';

describe('the end of a run', () => {
  test.each([
    ['{"epochs": 90, "batches_per_epoch": 10}', { steps: 900, epochs: 90 }],
    ['{"trainer": {"max_steps": 5000}, "lr": 0.1}', { steps: 5_000 }],
    ['{"num-train-epochs": 3}', { epochs: 3 }],
    ['{"a": {"b": {"epochs": 3}}}', {}],
    ['{"epochs": -1, "maxSteps": "many"}', {}],
    ['[1]', {}],
    ['no JSON', {}],
    [undefined, {}],
  ])('%p', (json, end) => expect(readRunEnd(json)).toEqual(end));

  test('as a part of the way', () => {
    expect(
      progressOf({ state: 'running', lastStep: 250, lastEpoch: 2 }, { steps: 1_000, epochs: 4 }).part,
    ).toBe(0.25);
    expect(progressOf({ state: 'running', lastEpoch: 2 }, { epochs: 4 }).part).toBe(0.5);
    expect(progressOf({ state: 'running', lastStep: 7 }, { steps: 4 }).part).toBe(1);
    expect(progressOf({ state: 'running', lastStep: 7 }, {}).part).toBeUndefined();
    expect(progressOf({ state: 'finished' }, {}).part).toBe(1);
  });
});

test('tags are read as they are written', () => {
  expect(readTags(' a, b ,,a,  c d ')).toEqual(['a', 'b', 'c d']);
  expect(readTags('')).toEqual([]);
  expect(readTags('x'.repeat(300))[0]).toHaveLength(100);
});

describe('what is chosen', () => {
  const all = ['a', 'b', 'c', 'd'];
  test('goes in and out, and in rows', () => {
    expect(withSelected([], 'b', { all })).toEqual(['b']);
    expect(withSelected(['b'], 'b', { all })).toEqual([]);
    expect(withSelected(['a'], 'c', { all, from: 'a' })).toEqual(['a', 'b', 'c']);
    expect(withSelected(['b', 'c', 'd'], 'd', { all, from: 'b' })).toEqual([]);
    expect(withSelected(['x'], 'c', { all, from: 'gone' })).toEqual(['x', 'c']);
  });

  test('is in the address', () => {
    const text = stringifySearch({ selected: ['a/1', 'b&c'], state: ['failed'], group: 'model' });
    expect(readSearch(RUNS_SEARCH, parseSearch(text))).toEqual({
      selected: ['a/1', 'b&c'],
      state: ['failed'],
      group: 'model',
    });
    expect(readSearch(RUNS_SEARCH, parseSearch('?state=dead')).state).toBeUndefined();
  });
});

test('groups of states come in the order of states, others as they are met', () => {
  const runs = [
    { id: '1', state: 'finished', model: 'b' },
    { id: '2', state: 'running', model: 'a' },
    { id: '3', state: 'finished', model: 'b' },
  ] as unknown as Run[];
  const names = (by: 'state' | 'model') =>
    groupRuns(runs, by).map((row) => (row.kind === 'group' ? row.name : row.run.id));
  expect(names('state')).toEqual(['running', '2', 'finished', '1', '3']);
  expect(names('model')).toEqual(['b', '1', '3', 'a', '2']);
  expect(groupRuns(runs, undefined)).toHaveLength(3);
});

test('what is asked for within a moment goes together', async () => {
  const loads: (readonly string[])[] = [];
  const load = batched<string, string>(
    async (keys) => {
      loads.push(keys);
      return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.toUpperCase()]));
    },
    { most: 2, atOnce: 3 },
  );
  expect(await Promise.all(['a', 'b', 'a', 'none'].map((key) => load(key)))).toEqual([
    'A',
    'B',
    'A',
    undefined,
  ]);
  expect(loads).toEqual([['a', 'b'], ['none']]);
});

test('what is urgent is loaded before the rest of its moment', async () => {
  const loads: (readonly string[])[] = [];
  const load = batched<string, string>(
    async (keys) => {
      loads.push(keys);
      return new Map(keys.map((key) => [key, key]));
    },
    { most: 2, atOnce: 3, isUrgent: (key) => key === 'c' },
  );
  const all = ['a', 'b', 'c', 'd'].map((key) => load(key));
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  expect(loads).toEqual([['c'], ['a', 'b'], ['d']]);
});

test('what was asked for last is loaded first, and what nobody waits for not at all', async () => {
  const loads: {
    readonly keys: readonly string[];
    readonly signal: AbortSignal;
    readonly end: () => void;
  }[] = [];
  const load = batched<string, string>(
    (keys, signal) =>
      new Promise((resolve) =>
        loads.push({ keys, signal, end: () => resolve(new Map(keys.map((key) => [key, key]))) }),
      ),
    { most: 2, atOnce: 1 },
  );
  const moment = () => new Promise((resolve) => setTimeout(resolve));
  const leaving = new AbortController();
  const first = load('a', leaving.signal);
  await moment();
  const gone = load('b', leaving.signal);
  await moment();
  const others = ['c', 'd', 'e'].map((key) => load(key));
  await moment();
  const last = load('f');
  await moment();
  expect(loads.map(({ keys }) => keys)).toEqual([['a']]);
  leaving.abort();
  await expect(first).rejects.toBeDefined();
  await expect(gone).rejects.toBeDefined();
  expect(loads[0]!.signal.aborted).toBe(true);
  for (let i = 0; i < 4; i++) {
    loads[i]!.end();
    await moment();
  }
  expect(loads.map(({ keys }) => keys)).toEqual([['a'], ['f'], ['c', 'd'], ['e']]);
  expect(loads[1]!.signal.aborted).toBe(false);
  expect(await Promise.all([...others, last])).toEqual(['c', 'd', 'e', 'f']);
});

describe('the shape of a curve', () => {
  test('breaks where a value is no number, and says where', () => {
    const shape = sparkShape({
      x: [0, 1, 2, 3],
      xLast: [0, 1, 2, 3],
      last: [3, Number.NaN, 2, 1],
      notFinite: [0, 1, 0, 0],
    });
    expect(shape.path.match(/M/g)).toHaveLength(2);
    expect(shape.broken).toBeGreaterThan(0);
  });

  test('of nothing is nothing', () => {
    expect(sparkShape({ x: [], xLast: [], last: [], notFinite: [] })).toMatchObject({
      path: '',
      end: undefined,
    });
  });
});
