import type { Curve, CurveSet, CurveX } from './curve.ts';
import { COLUMNS } from './thinned.ts';

/** The curves of one metric, of all the runs of a view. */
export interface MetricCurves {
  readonly curves: readonly Curve[];
  readonly runs: CurveSet['runs'];
  /** Seconds since 1970. */
  readonly receivedAt: number;
}

/**
 * What there is with what is new: `news` begins with the last bucket that there is, and takes its place.
 *
 * @returns undefined where that cannot be told from them: then all is to be read again
 */
export function mergeCurves(
  had: MetricCurves,
  news: CurveSet,
  { metric, x, most }: { readonly metric: string; readonly x: CurveX; readonly most: number },
): MetricCurves | undefined {
  if (news.changedBefore || !sameAxes(had, news)) return undefined;
  const merged = new Map(had.curves.map((curve) => [keyOf(curve), curve]));
  for (const curve of news.curves) {
    if (curve.metric !== metric) continue;
    const before = merged.get(keyOf(curve));
    if (before === undefined || before.attempts.length !== curve.attempts.length) return undefined;
    const whole = curve.by === x ? joined(before, curve) : curve;
    if (whole.x.length > most) return undefined;
    merged.set(keyOf(curve), whole);
  }
  return { ...had, curves: [...merged.values()], receivedAt: Math.max(had.receivedAt, news.receivedAt) };
}

/** Batches of a cell of the store, which changes as a whole. */
const CELL = 64;
const BACK_MILLIS = 5_000;

/**
 * From which x on to ask for what is new. Not from the very last bucket: whether something came before it is told to the
 * second, and by cells, so that what came just now would count, and all be read again. Undefined of an empty curve.
 */
export function resumeAt({ x, timeLast, by }: Curve): number | undefined {
  const last = x.length - 1;
  if (last < 0) return undefined;
  let i = last;
  const near = () =>
    timeLast[last]! - timeLast[i]! < BACK_MILLIS || (by === 'step' && x[last]! - x[i]! < 2 * CELL);
  while (i > 0 && near()) i--;
  return x[i];
}

function sameAxes(had: MetricCurves, news: CurveSet): boolean {
  const versions = new Map(had.runs.map(({ run, axisVersion }) => [run, axisVersion]));
  return news.runs.every(({ run, axisVersion }) => versions.get(run) === axisVersion);
}

function keyOf({ run, series, by, attempt }: Curve): string {
  return JSON.stringify([run, series, by, attempt]);
}

function joined(before: Curve, after: Curve): Curve {
  if (after.x.length === 0) return before;
  const start = after.x[0]!;
  let kept = before.x.length;
  while (kept > 0 && before.x[kept - 1]! >= start) kept--;
  const columns = COLUMNS.map((name) => [name, [...before[name].slice(0, kept), ...after[name]]]);
  return { ...before, ...Object.fromEntries(columns), exact: before.exact && after.exact };
}
