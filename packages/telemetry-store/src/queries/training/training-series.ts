import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole, QueryError } from '../query-error.ts';
import { bucketWidth } from './bucket-width.ts';
import { byRun } from './by-run.ts';
import { type ChosenSeries, chosenSeries } from './chosen-series.ts';
import { toColumns } from './columns.ts';
import type { TrainingCurve, TrainingSeries, TrainingSeriesRequest, TrainingX } from './curve.ts';
import { drawRuns } from './draw-runs.ts';
import { type DrawnCurve, type Plan, type RunToDraw, WIDEST } from './drawn-curve.ts';
import { isSettled } from './kept-series.ts';
import { drawnBy, extentOf, type RunScale, readRunScales, toMillis } from './run-scale.ts';

const XS: readonly TrainingX[] = ['step', 'epoch', 'time', 'relative'];

/**
 * Curves of some metrics of some runs. What stands of several attempts is the same whichever way points came, how often and in
 * which order, and whatever the engine merged.
 *
 * Few points of a range are each given; of more, buckets. Where a range holds many, buckets are put together from whole cells of
 * 64 batches, so that one belongs to the bucket where its first point lies; cells at the borders of the range are there as a whole.
 */
export async function trainingSeries(
  connection: Connection,
  request: TrainingSeriesRequest,
  context: QueryContext = {},
): Promise<TrainingSeries> {
  const { x, from, to, points, attempts } = checked(request);
  const runs = [...new Set(request.runs)];
  const [chosen, known] = await Promise.all([
    chosenSeries(connection, { ...request, runs }, context),
    readRunScales(connection, runs, context),
  ]);
  const seriesOf = byRun(chosen);
  const of = (run: string) => seriesOf.get(run) ?? [];
  const widths = widthsOf(known, of, { x, from, to, points });
  const plan: Plan = {
    x,
    from: from ?? -WIDEST,
    to: to ?? WIDEST,
    points,
    attempts,
    widths,
    watches: request.since !== undefined,
  };
  const toDraw = known.map((scale) => ({ scale, chosen: of(scale.run) }));
  const drawn = await keptRuns(toDraw, plan, context, async (some) => {
    const found = await drawRuns(connection, some, plan, context);
    return some.map(({ scale, chosen: series }, i) => ({
      curves: curvesOf(scale, series, found[i]!.curves, x),
      changedBefore: found[i]!.changedBefore,
    }));
  });
  return {
    runs: known.map(({ run, axis, startedAt }) => ({
      run,
      axisVersion: axis.version,
      startedAt: toMillis(startedAt),
    })),
    curves: drawn.flatMap(({ curves }) => curves),
    receivedAt: Math.max(0, ...chosen.map(({ receivedAt }) => receivedAt)),
    changedBefore: drawn.some(({ changedBefore }) => changedBefore >= (request.since ?? Infinity)),
  };
}

interface RunCurves {
  readonly curves: readonly TrainingCurve[];
  readonly changedBefore: number;
}

/**
 * Curves of which nothing came for a while are the same as long as nothing comes, and so they are kept: whatever is written to a
 * series changes when it last received something. What their steps lie by is in the key as well.
 */
async function keptRuns(
  runs: readonly RunToDraw[],
  { widths, ...plan }: Plan,
  { cache }: QueryContext,
  read: (runs: readonly RunToDraw[]) => Promise<RunCurves[]>,
): Promise<RunCurves[]> {
  const settled = runs.filter(({ chosen }) => chosen.every((series) => isSettled(series, { cache })));
  if (plan.watches || cache === undefined || settled.length === 0) return read(runs);
  const others = runs.filter((run) => !settled.includes(run));
  const keys = settled.map(({ scale: { run, startedAt, ordered, axis }, chosen }) => [
    ...['curves', run, startedAt, ordered, axis, chosen, plan],
    [...widths],
  ]);
  const [kept, fresh] = await Promise.all([
    cache.keepAll(keys, (missing) => read(missing.map((i) => settled[i]!))),
    others.length === 0 ? [] : read(others),
  ]);
  const found = new Map([
    ...settled.map((run, i) => [run, kept[i]!] as const),
    ...others.map((run, i) => [run, fresh[i]!] as const),
  ]);
  return runs.map((run) => found.get(run)!);
}

function checked(request: TrainingSeriesRequest) {
  const { runs, metrics, ranks = [], x = 'step', from, to, points = 1_000, attempts = 'latest' } = request;
  checkWhole('the number of runs', runs.length, { min: 1, max: 100 });
  checkWhole('the number of metrics', metrics.length, { min: 1, max: 50 });
  checkWhole('runs times metrics', runs.length * metrics.length, { min: 1, max: 1_000 });
  checkWhole('the number of ranks', ranks.length, { min: 0, max: 1_000 });
  checkWhole('points', points, { min: 1, max: 10_000 });
  if (!XS.includes(x)) throw new QueryError('argument', `x is one of ${XS.join(', ')}`);
  if (attempts !== 'latest' && attempts !== 'all')
    throw new QueryError('argument', 'attempts is latest or all');
  for (const [name, bound] of Object.entries({ from, to, since: request.since }))
    if (bound !== undefined && !Number.isFinite(bound))
      throw new QueryError('argument', `${name} is ${bound}: give a finite number`);
  return { x, from, to, points, attempts } as const;
}

/** One width for all curves that are drawn by the same x, so that they lie over each other. */
function widthsOf(
  scales: readonly RunScale[],
  seriesOf: (run: string) => readonly ChosenSeries[],
  {
    x,
    from,
    to,
    points,
  }: { x: TrainingX; from?: number | undefined; to?: number | undefined; points: number },
): Map<TrainingX, number> {
  const widths = new Map<TrainingX, number>();
  for (const by of XS) {
    const extents = scales.flatMap((scale) =>
      seriesOf(scale.run).map(({ firstTime, lastTime, lastEpoch }) =>
        extentOf(by, scale, { first: firstTime, last: lastTime, lastEpoch }),
      ),
    );
    if (extents.length === 0) continue;
    const all = {
      from: Math.min(...extents.map((extent) => extent.from)),
      to: Math.max(...extents.map((extent) => extent.to)),
    };
    const range =
      by === x ? { from: Math.max(from ?? all.from, all.from), to: Math.min(to ?? all.to, all.to) } : all;
    widths.set(by, bucketWidth(range, points));
  }
  return widths;
}

/** Of one run, in the order of its series. */
function curvesOf(
  { run }: RunScale,
  chosen: readonly ChosenSeries[],
  drawn: readonly DrawnCurve[],
  x: TrainingX,
): TrainingCurve[] {
  const bySeries = new Map<string, DrawnCurve[]>(chosen.map(({ series }) => [series, []]));
  for (const curve of drawn) if (curve.run === run) bySeries.get(curve.series)?.push(curve);
  return chosen.flatMap(({ metric, series, attributes, unit }) =>
    bySeries.get(series)!.map(({ placing, attempt, attempts, exact, pieces }) => ({
      run,
      metric,
      series,
      attributes,
      unit,
      by: drawnBy(placing, x),
      exact,
      attempts,
      attempt,
      ...toColumns(pieces),
    })),
  );
}
