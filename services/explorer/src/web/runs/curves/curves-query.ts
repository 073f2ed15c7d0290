import { matchQuery, type QueryClient, queryOptions } from '@tanstack/react-query';
import { type BatchedOptions, batched } from './batched.ts';
import { type Curve, type CurveSet, loadCurves, MOST_METRICS, MOST_PAIRS, MOST_RUNS } from './curve.ts';
import { type CurvesRequest, curveKeys } from './curve-keys.ts';
import { type MetricCurves, mergeCurves, resumeAt } from './merge-curves.ts';
import type { Extent } from './value-range.ts';

/** How to ask for the curves of one metric; those asked for in one moment go together. */
export type CurvesOf = ReturnType<typeof curvesOf>;

/** Metrics in one request: the first charts are drawn while the others are read. */
const A_ROW = 4;

/** Of a range all charts have something to show already, and one request for all of them is answered sooner than several. */
const IN_SIGHT = 12;

/** Requests under way: the rest waits here, where what somebody scrolled past can be let go. */
const AT_ONCE = 3;

/** Buckets of a curve in a small chart: about one for each pixel. */
export const SMALL_POINTS = 400;

/** Of the chart that somebody zooms in. */
function isPointedAt(metric: string): boolean {
  return document.querySelector<HTMLElement>('.chart-card:hover')?.dataset.metric === metric;
}

/** So many times more buckets are read ahead of a zoom. */
const FINER = 4;

/** After so many times as many buckets as were asked for, all is read again in wider ones. */
const GROWN = 2;

export function curvesOf(request: CurvesRequest) {
  return asked(
    request,
    request.range === undefined
      ? { most: A_ROW, atOnce: AT_ONCE }
      : { most: IN_SIGHT, atOnce: AT_ONCE, isUrgent: isPointedAt },
  );
}

/** The same in finer buckets, to be asked for before anybody zooms: one request at a time. */
export function finerCurvesOf(request: CurvesRequest) {
  return asked(
    { ...request, points: request.points * FINER },
    { most: IN_SIGHT, atOnce: 1, moment: 50, ahead: true },
  );
}

interface Asking extends BatchedOptions<string> {
  /** Nobody waits for it. */
  readonly ahead?: boolean;
}

function asked(request: CurvesRequest, { ahead = false, ...batches }: Asking) {
  const { family, key } = curveKeys(request);
  const load = batched<string, MetricCurves>(
    // Of what is read ahead a small part may fill a chart.
    (metrics, signal) => loadMetrics(request, metrics, signal, ahead ? 'fine' : 'rounded'),
    batches,
  );
  return {
    request,
    family,
    key,
    query: (metric: string) =>
      queryOptions({
        queryKey: [...key, metric],
        queryFn: async ({ signal }) =>
          (await load(metric, signal)) ?? { curves: [], runs: [], receivedAt: 0 },
        meta: { ahead },
      }),
  };
}

async function loadMetrics(
  { runs, x, range, points, attempts }: CurvesRequest,
  metrics: readonly string[],
  signal: AbortSignal,
  values: 'fine' | 'rounded',
): Promise<Map<string, MetricCurves>> {
  const asked = { metrics, x, points, attempts, values, from: range?.min, to: range?.max };
  const sets = await Promise.all(runChunks(runs).map((some) => loadCurves({ ...asked, runs: some }, signal)));
  const byMetric = Map.groupBy(
    sets.flatMap(({ curves }) => curves),
    ({ metric }) => metric,
  );
  const known = sets.flatMap((set) => set.runs);
  const receivedAt = Math.min(...sets.map((set) => set.receivedAt));
  return new Map(
    metrics.map((metric) => [metric, { curves: byMetric.get(metric) ?? [], runs: known, receivedAt }]),
  );
}

/** Characters of ids in one address: servers take 16 kB of a request's head. */
const MOST_CHARACTERS = 6_000;

/** Runs in order, as many as one request takes. */
export function runChunks(runs: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let left = 0;
  for (const run of runs) {
    const characters = encodeURIComponent(run).length + 5;
    if (left < characters || (chunks.at(-1)?.length ?? MOST_RUNS) >= MOST_RUNS) {
      chunks.push([]);
      left = MOST_CHARACTERS;
    }
    chunks.at(-1)!.push(run);
    left -= characters;
  }
  return chunks;
}

/**
 * Brings the charts that are shown up to date after something came, without reading again what they have.
 *
 * @param changed the runs of which something came, and the metrics, where that is known
 */
export async function updateCurves(
  client: QueryClient,
  { request, family, key, query }: CurvesOf,
  changed: { readonly runs: readonly string[]; readonly metrics?: ReadonlySet<string> },
): Promise<void> {
  const found = client.getQueryCache().findAll({ queryKey: family });
  const touched = found.filter(({ queryKey }) => changed.metrics?.has(queryKey.at(-1) as string) !== false);
  const shown: { metric: string; had: MetricCurves }[] = [];
  for (const one of touched) {
    const metric = one.queryKey.at(-1) as string;
    const had = one.state.data as MetricCurves | undefined;
    const isShown = one.isActive() && matchQuery({ queryKey: key }, one);
    // What is not shown is read again when it is.
    if (!isShown) void client.invalidateQueries({ queryKey: one.queryKey, refetchType: 'none' });
    else if (had !== undefined && one.state.fetchStatus === 'idle') shown.push({ metric, had });
  }
  const runs = request.runs.filter((run) => changed.runs.includes(run));
  const wanted = shown.filter(({ had }) => reaches(had, runs, request.range));
  const most = Math.min(MOST_METRICS, Math.floor(MOST_PAIRS / Math.min(runs.length, MOST_RUNS)));
  for (let at = 0; at < wanted.length; at += most)
    for (const ofRuns of runChunks(runs)) {
      const some = wanted.slice(at, at + most);
      const news = await loadNews(request, ofRuns, some);
      for (const { metric } of some) {
        const options = query(metric);
        const had = client.getQueryData(options.queryKey);
        const merged =
          had && news && mergeCurves(had, news, { metric, x: request.x, most: request.points * GROWN });
        if (merged !== undefined) client.setQueryData(options.queryKey, merged);
        else void client.invalidateQueries({ queryKey: options.queryKey });
      }
    }
}

/** Undefined where there is nothing yet to go on from. */
async function loadNews(
  { x, range, points, attempts }: CurvesRequest,
  runs: readonly string[],
  some: readonly { readonly metric: string; readonly had: MetricCurves }[],
): Promise<CurveSet | undefined> {
  const curves = some.flatMap(({ had }) =>
    had.curves.filter((curve) => runs.includes(curve.run) && curve.by === x),
  );
  const ends = curves.map(resumeAt).filter((end) => end !== undefined);
  if (ends.length === 0) return undefined;
  return loadCurves({
    runs,
    metrics: some.map(({ metric }) => metric),
    x,
    points,
    attempts,
    from: Math.min(...ends),
    to: range?.max,
    since: Math.min(...some.map(({ had }) => had.receivedAt)),
  });
}

/** Whether what is new may lie in the range that is shown. */
function reaches({ curves }: MetricCurves, runs: readonly string[], range: Extent | undefined): boolean {
  if (range === undefined) return true;
  const ends = curves
    .filter(({ run }) => runs.includes(run))
    .map((curve: Curve) => curve.xLast.at(-1) ?? range.min);
  return ends.length === 0 || Math.min(...ends) <= range.max;
}
