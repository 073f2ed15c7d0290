import { describe, expect, test } from 'bun:test';
import { bucketAt, timeAtX, xAtTime } from './at-x.ts';
import type { Curve } from './curve.ts';
import { curvesCsv } from './curve-csv.ts';
import { mergeCurves, resumeAt } from './merge-curves.ts';
import { fitsSearch, groupMetrics, metricName } from './metric-groups.ts';
import { smoothed } from './smooth.ts';
import { spikesOf } from './spikes.ts';
import { valueExtent, xExtent } from './value-range.ts';

function curveOf(x: readonly number[], values: readonly number[], more: Partial<Curve> = {}): Curve {
  const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
  return {
    run: 'r',
    metric: 'm',
    series: '1',
    rank: undefined,
    unit: '',
    by: 'step',
    exact: true,
    attempts: [{ step: 0, epoch: 0, time: 0 }],
    attempt: undefined,
    x,
    xLast: x,
    first: values,
    last: values,
    min: values.map(finite),
    max: values.map(finite),
    time: x.map((one) => one * 1_000),
    timeLast: x.map((one) => one * 1_000),
    notFinite: values.map((value) => (Number.isNaN(value) ? 1 : Number.isFinite(value) ? 0 : 2)),
    off: 0,
    ...more,
  };
}

describe('smoothing', () => {
  test('has no bias at its beginning', () => {
    // Averages from nothing would be 2, 3 and 5.5: too low by 1/2, 1/4 and 1/8.
    expect(smoothed([4, 4, 8], 0.5)).toEqual([4, 4, (3 * 0.5 + 8 * 0.5) / (1 - 0.125)]);
  });

  test('is the average of all where the weight is close to 1', () => {
    expect(smoothed([1, 2, 3], 0.999_999).at(-1)).toBeCloseTo(2, 4);
  });

  test('leaves out what is not finite, and what is constant alone', () => {
    const values = smoothed([2, Number.NaN, 4, Number.POSITIVE_INFINITY], 0.5);
    expect([values[0], values[1], values[3]]).toEqual([2, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(values[2]).toBeCloseTo((2 * 0.25 + 4 * 0.5) / 0.75, 12);
    expect(smoothed([0.1, 0.1, 0.1], 0.9)).toEqual([0.1, 0.1, 0.1]);
    expect(smoothed([3, 1], 0)).toEqual([3, 1]);
  });
});

describe('spikes', () => {
  const bucketed = (min: readonly number[], max: readonly number[], ends = 1) =>
    curveOf(
      min.map((_, i) => i * 10),
      min.map(() => ends),
      { exact: false, min, max },
    );

  test('are buckets with a value far outside of what the line shows, above or below', () => {
    const least = [0.9, 0.9, 0.9, -9, 0.9];
    expect(spikesOf(bucketed(least, [1.1, 1.2, 10, 1.1, 1.1]))).toEqual([2, 3]);
  });

  test('are none where every bucket is as wide, and where every bucket is one point', () => {
    expect(spikesOf(bucketed([0, 0, 0], [2, 2, 2]))).toEqual([]);
    expect(spikesOf(curveOf([1, 2, 3], [1, 100, 1]))).toEqual([]);
  });

  test('of a constant, any other value is one; a bucket of no finite value is none', () => {
    expect(spikesOf(bucketed([1, 1, 1, Number.NaN], [1, 1.001, 1, Number.NaN]))).toEqual([1]);
    const broken = { first: [1, Number.NaN, 1], last: [1, 1, Number.NaN] };
    expect(spikesOf({ ...bucketed([1, 1, 1], [1, 9, 1]), ...broken })).toEqual([1]);
  });
});

describe('the range of values', () => {
  const noisy = curveOf([1, 2, 3, 4], [1, 2, Number.NaN, 3], { max: [1, 900, Number.NaN, 3] });

  test('has every spike, and only of what is in sight', () => {
    expect(valueExtent([noisy], { min: 1, max: 4 }, { log: false, clip: false })).toEqual({
      min: 1,
      max: 900,
    });
    const far = curveOf([1, 2, 3, 4, 5, 6], [9, 9, 9, 1, 2, 3]);
    expect(valueExtent([far], { min: 5.5, max: 6 }, { log: false, clip: false })).toEqual({ min: 2, max: 3 });
    expect(xExtent([noisy, far])).toEqual({ min: 1, max: 6 });
  });

  test('leaves out what cannot be on a logarithmic axis', () => {
    const mixed = curveOf([1, 2, 3], [-1, 0, 5]);
    expect(valueExtent([mixed], { min: 1, max: 3 }, { log: true, clip: false })).toEqual({ min: 5, max: 5 });
  });

  test('leaves outliers out on demand', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i < 3 ? 1_000 : 1));
    const x = values.map((_, i) => i);
    const clipped = valueExtent([curveOf(x, values)], { min: 0, max: 99 }, { log: false, clip: true })!;
    expect(clipped.max).toBeLessThan(2);
  });

  test('of nothing is none', () => {
    expect(xExtent([])).toBeUndefined();
    expect(
      valueExtent([curveOf([1], [Number.NaN])], { min: 0, max: 2 }, { log: false, clip: false }),
    ).toBeUndefined();
  });
});

describe('a place on a curve', () => {
  const curve = curveOf([10, 20, 40], [1, 2, 3]);
  test('is its nearest bucket', () => {
    expect([0, 14, 16, 35, 99].map((at) => bucketAt(curve, at))).toEqual([0, 0, 1, 2, 2]);
    const wide = curveOf([10, 20], [1, 2], { xLast: [19, 29] });
    expect([18, 19.4, 19.6, 25].map((at) => bucketAt(wide, at))).toEqual([0, 0, 1, 1]);
    expect(bucketAt(curveOf([], []), 1)).toBeUndefined();
  });

  test('has a time, and a time has a place', () => {
    expect([5, 10, 30, 40, 50].map((x) => timeAtX(curve, x))).toEqual([
      10_000, 10_000, 30_000, 40_000, 40_000,
    ]);
    expect([9_000, 10_000, 25_000, 41_000].map((at) => xAtTime(curve, at))).toEqual([
      undefined,
      10,
      25,
      undefined,
    ]);
  });
});

describe('what is new', () => {
  const runs = [{ run: 'r', axisVersion: 'a', startedAt: 0 }];
  const had = { curves: [curveOf([1, 2, 3], [1, 2, 3])], runs, receivedAt: 5 };
  const news = (curve: Curve, more = {}) => ({
    curves: [curve],
    runs,
    receivedAt: 6,
    changedBefore: false,
    ...more,
  });
  const how = { metric: 'm', x: 'step', most: 10 } as const;

  test('takes the place of the last bucket, and goes on', () => {
    const merged = mergeCurves(had, news(curveOf([3, 4], [30, 4])), how)!;
    expect([merged.curves[0]!.x, merged.curves[0]!.last, merged.receivedAt]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 30, 4],
      6,
    ]);
    expect(had.curves[0]!.x).toEqual([1, 2, 3]);
  });

  test('is asked for from a little before the end on', () => {
    const x = Array.from({ length: 1_000 }, (_, i) => i);
    expect(resumeAt(curveOf(x, x))).toBe(999 - 128);
    expect(resumeAt(curveOf(x, x, { by: 'epoch' }))).toBe(994);
    expect(resumeAt(curveOf([1, 2], [1, 2]))).toBe(1);
    expect(resumeAt(curveOf([], []))).toBeUndefined();
  });

  test('of another metric changes nothing', () => {
    expect(mergeCurves(had, news(curveOf([3], [9], { metric: 'n' })), how)!.curves).toEqual(had.curves);
  });

  test('that lies by another x is whole', () => {
    const merged = mergeCurves(
      { ...had, curves: [curveOf([1, 2], [1, 2], { by: 'epoch' })] },
      news(curveOf([7], [7], { by: 'epoch' })),
      how,
    )!;
    expect(merged.curves[0]!.x).toEqual([7]);
  });

  test.each([
    ['points came before', news(curveOf([3], [3]), { changedBefore: true })],
    ['another axis', news(curveOf([3], [3]), { runs: [{ run: 'r', axisVersion: 'b', startedAt: 0 }] })],
    [
      'a new attempt',
      news(
        curveOf([3], [3], {
          attempts: [
            { epoch: 0, time: 0 },
            { epoch: 0, time: 9 },
          ],
        }),
      ),
    ],
    ['a new curve', news(curveOf([3], [3], { series: '2' }))],
    [
      'too many buckets',
      news(
        curveOf(
          Array.from({ length: 20 }, (_, i) => 3 + i),
          new Array(20).fill(1),
        ),
      ),
    ],
  ])('has all read again: %s', (_, set) => expect(mergeCurves(had, set, how)).toBeUndefined());
});

describe('groups of metrics', () => {
  test('by what stands before the first mark; pinned first, the machine last', () => {
    const metrics = [
      'train/acc',
      'gpu_utilization',
      'zeta',
      'loss',
      'val.b10',
      'val.b9',
      'processing_time_ms.step',
    ];
    expect(
      groupMetrics(
        metrics.map((name) => `ml.training.${name}`),
        ['ml.training.val.b9', 'gone'],
      ),
    ).toEqual([
      { name: 'Pinned', metrics: ['ml.training.val.b9'] },
      { name: 'Training', metrics: ['ml.training.loss', 'ml.training.zeta'] },
      { name: 'train', metrics: ['ml.training.train/acc'] },
      { name: 'val', metrics: ['ml.training.val.b10'] },
      { name: 'System', metrics: ['ml.training.gpu_utilization', 'ml.training.processing_time_ms.step'] },
    ]);
  });

  test('names and search', () => {
    expect(metricName('ml.training.processing_time_ms.step')).toBe('processing_time_ms');
    expect(metricName('other.step')).toBe('other.step');
    expect(fitsSearch('ml.training.val.Loss', ' LOSS val')).toBe(true);
    expect(fitsSearch('ml.training.loss', 'training')).toBe(false);
    expect(fitsSearch('x', undefined)).toBe(true);
  });
});

describe('as CSV', () => {
  const rows = (curve: Curve) => curvesCsv([curve], { head: true }).split('\r\n');

  test('a row for each bucket, with its bounds', () => {
    expect(rows(curveOf([1], [-3], { exact: false, xLast: [5], rank: '1' }))).toEqual([
      'run,metric,rank,attempt,by,x,xLast,first,last,min,max,time,timeLast',
      'r,m,1,,step,1,5,-3,-3,-3,-3,1970-01-01T00:00:01.000Z,1970-01-01T00:00:01.000Z',
      '',
    ]);
    expect(curvesCsv([curveOf([], [])], { head: false })).toBe('');
  });

  test('names that are no plain text are quoted; a spreadsheet takes none for a formula', () => {
    expect(rows(curveOf([1], [Number.NaN], { run: 'a,"b"', metric: '=cmd()' }))[1]).toStartWith(
      `"a,""b""",'=cmd(),,,step,1,1,NaN,NaN,NaN,NaN,`,
    );
  });
});
