import { expect, test } from 'bun:test';
import { advance, stepOf } from './progress.ts';

const length = { epochs: 2, batchesPerEpoch: 8, forever: false };
const start = { batches: 0, pendingMs: 0 };
const time = { elapsedMs: 0, batchMs: 100, validationMs: 1000 };

test('as many batches are done as fit into the time', () => {
  const long = { ...length, batchesPerEpoch: 1000 };
  const first = advance(start, long, { ...time, elapsedMs: 1050 });
  expect(first).toEqual({ batches: 10, pendingMs: 50, validated: false });
  expect(advance(first, long, { ...time, elapsedMs: 1050 }).batches).toBe(21);
});

test('at least one batch is done, however little time passed', () => {
  expect(advance(start, length, time)).toEqual({ batches: 1, pendingMs: 0, validated: false });
});

test('a validation comes four times an epoch and takes its time from the batches after it', () => {
  const validated = advance({ batches: 1, pendingMs: 0 }, length, { ...time, elapsedMs: 100 });
  expect(validated).toEqual({ batches: 2, pendingMs: -1000, validated: true });
  expect(advance(validated, length, { ...time, elapsedMs: 300 }).batches).toBe(3);
});

test('a run stops at its end, unless it goes on forever', () => {
  const late = { ...time, elapsedMs: 1e6 };
  expect(advance(start, length, late).batches).toBe(16);
  expect(advance(start, { ...length, forever: true }, late).batches).toBe(10_000);
});

test('batch numbers run on, or restart in each epoch', () => {
  expect(stepOf(8, length, 'continue')).toEqual({ epoch: 1, batch: 8 });
  expect(stepOf(9, length, 'continue')).toEqual({ epoch: 2, batch: 9 });
  expect(stepOf(8, length, 'restart')).toEqual({ epoch: 1, batch: 8 });
  expect(stepOf(9, length, 'restart')).toEqual({ epoch: 2, batch: 1 });
});
