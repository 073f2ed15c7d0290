import { describe, expect, test } from 'bun:test';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { readPoints } from '../testing/index.ts';
import type { JobState } from './job-state.ts';
import { mapBatch } from './map-batch.ts';
import { jobKey, type StepRecord } from './record.ts';

const record = (
  second: number,
  values: Record<string, number>,
  rest: Partial<StepRecord> = {},
): StepRecord => ({
  jobId: 'j',
  modelName: 'm',
  dataset: 'd',
  time: [second, 0],
  keys: Object.keys(values),
  values: Object.values(values),
  ...rest,
});

function map(records: StepRecord[], states: ReadonlyMap<string, JobState> = new Map(), now = 1_000) {
  const mapped = mapBatch(records, states, { now: [now, 0], stepAttributes: true });
  const points = readPoints({
    resource: {} as never,
    scopeMetrics: [{ scope: { name: 's' }, metrics: mapped.metrics }],
  });
  const states_ = new Map(
    [...mapped.states].flatMap(([key, state]) => (state ? [[key, state] as const] : [])),
  );
  return {
    mapped,
    states: states_,
    named: (name: string) => points.filter((point) => point.name === `ml.training.${name}`),
  };
}

describe('mapBatch', () => {
  test('is pure: the states that it was given stay as they were, and the same batch gives the same points', () => {
    const { states } = map([record(1, { processing_time_ms: 5, batch_number: 3 })]);
    const before = structuredClone([...states]);
    const next = [record(2, { processing_time_ms: 6, batch_number: 4 })];
    const [once, again] = [map(next, states), map(next, states)];
    expect([...states]).toEqual(before);
    expect(once.mapped.metrics).toEqual(again.mapped.metrics);
  });

  test('a counter that falls begins anew at the time of export, and goes on from there', () => {
    const first = map([record(1, { batch_number: 10 })], new Map(), 100);
    const second = map([record(2, { batch_number: 12 })], first.states, 101);
    const third = map([record(3, { batch_number: 1 })], second.states, 102);
    const fourth = map([record(4, { batch_number: 2 })], third.states, 103);
    const sums = [first, second, third, fourth].map(({ named }) => named('batch_number')[0]!);
    expect(sums.map(({ value, startTime, time }) => [value, startTime[0], time[0]])).toEqual([
      [10, 100, 100],
      [12, 100, 101],
      [1, 102, 102],
      [2, 102, 103],
    ]);
  });

  test('a fall that was made good within one batch is a reset all the same', () => {
    const first = map([record(1, { batch_number: 10 })], new Map(), 100);
    const second = map([record(2, { batch_number: 1 }), record(3, { batch_number: 50 })], first.states, 101);
    expect(second.named('batch_number')[0]).toMatchObject({ value: 50, startTime: [101, 0] });
  });

  test('a clock that was set back does not end a point before it began', () => {
    const first = map([record(1, { processing_time_ms: 5 })], new Map(), 100);
    const second = map([record(2, { processing_time_ms: 5 })], first.states, 50);
    expect(second.named('processing_time_ms')[0]).toMatchObject({ startTime: [100, 0], time: [100, 0] });
  });

  test('a run’s start after the point is unknown, not a start', () => {
    const { named } = map([
      record(5, { training_loss: 1 }, { startTime: [6, 0] }),
      record(6, { training_loss: 1 }, { startTime: [6, 0] }),
    ]);
    expect(named('loss').map(({ startTime }) => startTime)).toEqual([
      [0, 0],
      [6, 0],
    ]);
  });

  test('after a job’s last word nothing is remembered of it', () => {
    const last = record(1, { processing_time_ms: 5 }, { final: true });
    const { mapped } = map([last]);
    expect(mapped.states.get(jobKey(last))).toBeUndefined();
    expect(mapped.states.has(jobKey(last))).toBe(true);
  });

  test('values that a sum or histogram cannot take are counted by reason', () => {
    const { mapped, named } = map([
      record(1, {
        batch_number: Number.NaN,
        processing_time_ms: -1,
        samples_per_second: Number.POSITIVE_INFINITY,
      }),
    ]);
    expect(mapped.rejected).toEqual(
      new Map([
        ['non_finite', 2],
        ['negative', 1],
      ]),
    );
    expect(named('processing_time_ms.step')[0]!.value).toBe(-1);
    expect(named('processing_time_ms')).toEqual([]);
  });

  test('a histogram agrees with counting by hand, in any number of batches', () => {
    const values = Array.from({ length: 500 }, (_, index) => ((index * 7_919) % 70_000) / 1.5);
    let states: ReadonlyMap<string, JobState> = new Map();
    let histogram: Histogram | undefined;
    for (let start = 0; start < values.length; start += 37) {
      const batch = values
        .slice(start, start + 37)
        .map((value, index) => record(start + index, { processing_time_ms: value }));
      const mapped = map(batch, states);
      states = mapped.states;
      histogram = mapped.named('processing_time_ms')[0]!.value as Histogram;
    }
    const { boundaries, counts } = histogram!.buckets;
    const byHand = [...boundaries, Number.POSITIVE_INFINITY].map(
      (upper, index) =>
        values.filter(
          (value) => value <= upper && value > (boundaries[index - 1] ?? Number.NEGATIVE_INFINITY),
        ).length,
    );
    expect(counts).toEqual(byHand);
    expect(histogram!.count).toBe(500);
    expect(histogram!.sum).toBeCloseTo(
      values.reduce((a, b) => a + b),
      6,
    );
    expect([histogram!.min, histogram!.max]).toEqual([Math.min(...values), Math.max(...values)]);
  });
});
