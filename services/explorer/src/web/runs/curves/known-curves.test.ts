import { describe, expect, test } from 'bun:test';
import { QueryClient } from '@tanstack/react-query';
import type { Curve } from './curve.ts';
import { type CurvesRequest, curveKeys } from './curve-keys.ts';
import { knownCurves } from './known-curves.ts';
import { thinned } from './thinned.ts';

/** Buckets of ten steps: a hill, one spike, and one that has no number in it. */
function buckets(count: number, more: Partial<Curve> = {}): Curve {
  const x = Array.from({ length: count }, (_, i) => i * 10);
  const xLast = x.map((one) => one + 9);
  const values = x.map((_, i) => Math.sin((Math.PI * i) / count));
  const max = values.map((value, i) => (i === 700 ? 9 : i === 650 ? Number.NaN : value + 0.1));
  const min = values.map((value, i) => (i === 650 ? Number.NaN : value - 0.1));
  const notFinite = x.map((_, i) => (i === 650 ? 1 : 0));
  const time = x.map((one) => one * 1_000);
  return {
    ...{ run: 'r', metric: 'm', series: '1', rank: undefined, unit: '', by: 'step', exact: false, off: 1e-4 },
    ...{ attempts: [{ step: 0, epoch: 0, time: 0 }], attempt: undefined, notFinite, time, timeLast: time },
    ...{ x, xLast, first: values, last: values, min, max },
    ...more,
  };
}

const ASKED: CurvesRequest = { runs: ['r'], x: 'step', range: undefined, points: 400, attempts: 'latest' };

/** What is known of a range after that curve was read for another one. */
function knowing(curve: Curve, range: CurvesRequest['range'], had: Partial<CurvesRequest> = {}) {
  const client = new QueryClient();
  const before = curveKeys({ ...ASKED, points: 1_600, ...had });
  client.setQueryData([...before.key, 'm'], { curves: [curve], runs: [], receivedAt: 7 });
  const after = { ...ASKED, range };
  return { client, before, known: knownCurves(client, after, 'm'), after };
}

describe('what finer buckets of more tell of a range', () => {
  test('those of which any lies in it, with the spike, and where no number was', () => {
    const { known } = knowing(buckets(1_000), { min: 5_005, max: 8_001 });
    const [curve] = known!.data.curves;
    expect([curve!.x[0], curve!.x.at(-1), curve!.x.length]).toEqual([5_000, 8_000, 301]);
    expect(Math.max(...curve!.max.filter(Number.isFinite))).toBe(9);
    expect(curve!.notFinite.indexOf(1)).toBe(150);
    expect([known!.enough, known!.data.receivedAt]).toEqual([true, 7]);
  });

  test('is not enough where the server would have narrower ones, unless each is a point', () => {
    // 2,000 steps in 400 buckets are 5 steps each, 2,100 are 10.
    expect(knowing(buckets(1_000), { min: 5_000, max: 7_000 }).known!.enough).toBe(false);
    expect(knowing(buckets(1_000), { min: 5_000, max: 7_100 }).known!.enough).toBe(true);
    const points = buckets(1_000, { exact: true });
    expect(knowing(points, { min: 5_000, max: 7_000 }).known!.enough).toBe(true);
  });

  test('is not enough where values have too few digits for what is left of their range', () => {
    const rough = buckets(1_000, { off: 0.1 });
    expect(knowing(rough, { min: 0, max: 3_000 }).known!.enough).toBe(false);
  });

  test('is a chart full of buckets at most, which hide no spike and nothing that is not finite', () => {
    const { known } = knowing(buckets(1_000), undefined);
    const [curve] = known!.data.curves;
    expect(curve!.x.length).toBe(334);
    expect([curve!.x[0], curve!.xLast[0], curve!.x.at(-1), curve!.xLast.at(-1)]).toEqual([
      0, 29, 9_990, 9_999,
    ]);
    expect(Math.max(...curve!.max)).toBe(9);
    expect(curve!.notFinite.filter((kinds) => kinds !== 0)).toHaveLength(1);
    expect(curve!.min.some(Number.isNaN)).toBe(false);
    expect(thinned(buckets(10), 10).x).toHaveLength(10);
  });

  test('nothing outside of what was read, by another x, of what was said to have changed, or of other runs', () => {
    const range = { min: 5_000, max: 8_000 };
    expect(knowing(buckets(1_000), range, { range: { min: 5_001, max: 9_000 } }).known).toBeUndefined();
    expect(knowing(buckets(1_000), undefined, { range: { min: 0, max: 9_999 } }).known).toBeUndefined();
    expect(knowing(buckets(1_000), range, { x: 'epoch' }).known).toBeUndefined();
    expect(knowing(buckets(1_000), range, { runs: ['other'] }).known).toBeUndefined();
    const { client, before, after } = knowing(buckets(1_000), range);
    void client.invalidateQueries({ queryKey: before.key, refetchType: 'none' });
    expect(knownCurves(client, after, 'm')).toBeUndefined();
  });

  test('curves that are drawn by another x are whole, and a range without points is known to have none', () => {
    const whole = knowing(buckets(300, { by: 'epoch' }), { min: 5_000, max: 8_000 }).known!;
    expect([whole.data.curves[0]!.x.length, whole.enough]).toEqual([300, true]);
    const none = knowing(buckets(100), { min: 5_000, max: 8_000 }).known!;
    expect([none.data.curves, none.enough]).toEqual([[], true]);
  });
});
