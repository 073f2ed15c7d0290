import type { QueryClient } from '@tanstack/react-query';
import type { Curve } from './curve.ts';
import { type CurvesRequest, curveKeys, readCurveKey } from './curve-keys.ts';
import type { MetricCurves } from './merge-curves.ts';
import { spread } from './spread.ts';
import { COLUMNS, thinned } from './thinned.ts';
import { type Extent, firstAtLeast } from './value-range.ts';

export interface KnownCurves {
  readonly data: MetricCurves;
  /** Whether the server would have nothing finer to say. */
  readonly enough: boolean;
}

/**
 * What answers to other questions say about this one: the part of a wider range. Of several the finest; undefined where there
 * is none that still holds.
 */
export function knownCurves(
  client: QueryClient,
  request: CurvesRequest,
  metric: string,
): KnownCurves | undefined {
  const { range, points, x } = request;
  const { family } = curveKeys(request);
  let best:
    | { readonly within: readonly Within[]; readonly data: MetricCurves; readonly buckets: number }
    | undefined;
  for (const { queryKey, state } of client.getQueryCache().findAll({ queryKey: family })) {
    const had = readCurveKey(queryKey);
    const data = state.data as MetricCurves | undefined;
    if (had.metric !== metric || data === undefined || state.isInvalidated || !covers(had.range, range))
      continue;
    const within = data.curves.map((curve) => partOf(curve, curve.by === x ? range : undefined));
    const buckets = within.reduce((sum, { curve }) => sum + curve.x.length, 0);
    if (best === undefined || buckets > best.buckets) best = { within, data, buckets };
  }
  if (best === undefined) return undefined;
  const curves = best.within.map(({ curve }) => thinned(curve, points)).filter((curve) => curve.x.length > 0);
  return { data: { ...best.data, curves }, enough: best.within.every((one) => isEnough(one, points)) };
}

function covers(had: Extent | undefined, range: Extent | undefined): boolean {
  return had === undefined || (range !== undefined && had.min <= range.min && had.max >= range.max);
}

interface Within {
  readonly curve: Curve;
  /** Buckets that lie in the range as a whole. */
  readonly inside: number;
}

/** The buckets of which any lies in a range, as the server has it: without its end. */
function partOf(curve: Curve, range: Extent | undefined): Within {
  if (range === undefined) return { curve, inside: curve.x.length };
  const { x, xLast } = curve;
  const [from, to] = [firstAtLeast(xLast, range.min), firstAtLeast(x, range.max)];
  const columns = COLUMNS.map((name) => [name, curve[name].slice(from, to)]);
  const inside = firstAtLeast(xLast, range.max) - firstAtLeast(x, range.min);
  return { curve: { ...curve, ...Object.fromEntries(columns) }, inside };
}

/** Of the height of a chart: values may be so far off, which is less than a pixel. */
const SEEN = 1e-3;

/**
 * Widths of buckets are 1, 2 and 5 times a power of ten, the narrowest of which so many points cover a range. So where more than half as
 * many buckets lie in it, the server's would be no narrower.
 */
function isEnough({ curve, inside }: Within, points: number): boolean {
  if (curve.x.length === 0) return true;
  return (curve.exact || inside * 2 > points) && curve.off <= SEEN * spread(curve);
}
