import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole, QueryError } from '../query-error.ts';
import { readAttempts } from './attempts.ts';
import { bucketWidth } from './bucket-width.ts';
import { type ChosenSeries, chosenSeries, type Placing } from './chosen-series.ts';
import { bucketed, type Piece, piecesOf, toColumns } from './columns.ts';
import type { Attempt, TrainingCurve, TrainingSeries, TrainingSeriesRequest, TrainingX } from './curve.ts';
import { isSettled, keptCurves } from './kept-series.ts';
import {
  type CellRow,
  type CellSpan,
  type MixedCells,
  readCellSpans,
  readCells,
  readMixedCells,
} from './read-cells.ts';
import { type PointRow, readLastChange, readPoints } from './read-points.ts';
import { drawnBy, extentOf, type RunScale, readRunScale, toMillis } from './run-scale.ts';

const XS: readonly TrainingX[] = ['step', 'epoch', 'time', 'relative'];

/** Curves with fewer points in a range, for each bucket that was asked for, are read point by point. A cell has 64. */
const POINTS_PER_BUCKET = 32;

const WIDEST = Number.MAX_VALUE;

/** What all curves of one run have in common. */
interface Plan {
  readonly x: TrainingX;
  readonly from: number;
  readonly to: number;
  readonly points: number;
  readonly attempts: 'latest' | 'all';
  readonly widths: ReadonlyMap<TrainingX, number>;
  /** Whether what changed before the range is asked for. */
  readonly watches: boolean;
}

/** A curve without what its series says. */
interface Drawn {
  readonly placing: Placing;
  readonly series: string;
  readonly attempt: number | undefined;
  readonly exact: boolean;
  readonly pieces: readonly Piece[];
}

interface DrawnRun {
  readonly curves: readonly Drawn[];
  readonly attempts: ReadonlyMap<Placing, ReadonlyMap<string, readonly Attempt[]>>;
  readonly changedBefore: number;
}

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
  const [chosen, ...scales] = await Promise.all([
    chosenSeries(connection, { ...request, runs }, context),
    ...runs.map((run) => readRunScale(connection, run, context)),
  ]);
  const known = scales.filter((scale) => scale !== undefined);
  const of = (run: string) => chosen.filter((series) => series.run === run);
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
  const drawn = await Promise.all(
    known.map((scale) =>
      keptRun(scale, of(scale.run), plan, context, async () => {
        const run = await drawRun(connection, scale, of(scale.run), plan, context);
        return {
          curves: of(scale.run).flatMap((series) => curvesOf(series, run, x)),
          changedBefore: run.changedBefore,
        };
      }),
    ),
  );
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
function keptRun(
  { run, startedAt, ordered, axis }: RunScale,
  chosen: readonly ChosenSeries[],
  { widths, ...plan }: Plan,
  { cache }: QueryContext,
  read: () => Promise<RunCurves>,
): Promise<RunCurves> {
  const settled = chosen.every((series) => isSettled(series, { cache }));
  if (plan.watches || cache === undefined || !settled) return read();
  return cache.keep(['curves', run, startedAt, ordered, axis, chosen, plan, [...widths]], read);
}

function checked(request: TrainingSeriesRequest) {
  const { runs, metrics, ranks = [], x = 'step', from, to, points = 1_000, attempts = 'latest' } = request;
  checkWhole('the number of runs', runs.length, { min: 1, max: 20 });
  checkWhole('the number of metrics', metrics.length, { min: 1, max: 50 });
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

async function drawRun(
  connection: Connection,
  scale: RunScale,
  chosen: readonly ChosenSeries[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnRun> {
  const of = (placing: Placing) => chosen.filter(({ placings }) => placings.includes(placing));
  const idsOf = (placing: Placing) => of(placing).map(({ series }) => series);
  const [steps, epochs, times] = await Promise.all([
    drawSteps(connection, scale, of('step'), plan, context),
    drawPoints(connection, scale, 'epoch', idsOf('epoch'), plan, context),
    drawPoints(connection, scale, 'time', idsOf('time'), plan, context),
  ]);
  return {
    curves: [...steps.curves, ...epochs.curves, ...times.curves],
    attempts: new Map([
      ['step', steps.attempts],
      ['epoch', epochs.attempts],
      ['time', times.attempts],
    ]),
    changedBefore: steps.changedBefore,
  };
}

interface DrawnPlacing {
  readonly curves: readonly Drawn[];
  readonly attempts: ReadonlyMap<string, readonly Attempt[]>;
}

/** Curves without batches: point by point. */
async function drawPoints(
  connection: Connection,
  scale: RunScale,
  placing: Placing,
  series: readonly string[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnPlacing> {
  const [rows, attempts] = await Promise.all([
    readPoints(connection, scale, { placing, series, ...pointPlan(placing, plan) }, context),
    readAttempts(connection, scale, { placing, series }, context),
  ]);
  return { curves: rows.map((row) => drawnPoints(placing, row, plan, attempts)), attempts };
}

/** Curves with batches: those that are settled from what is kept of them, all else from the store. */
async function drawSteps(
  connection: Connection,
  scale: RunScale,
  chosen: readonly ChosenSeries[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnPlacing & { changedBefore: number }> {
  const { by, from, to, width } = pointPlan('step', plan);
  const moreThan = plan.points * POINTS_PER_BUCKET;
  const found =
    by === 'step' && plan.attempts === 'latest' && !plan.watches && stepsBetween(scale, from, to) > moreThan
      ? await keptCurves(connection, scale, chosen, { from, to, width, moreThan }, context)
      : [];
  const rest = chosen.map(({ series }) => series).filter((id) => !found.some(({ series }) => series === id));
  const read = await readSteps(connection, scale, rest, plan, context);
  return {
    curves: [...found.map(({ series, pieces }) => drawnCells(series, pieces)), ...read.curves],
    attempts: new Map([
      ...read.attempts,
      ...found.map(({ series, earliest }) => [series, [attemptAt(scale, earliest)]] as const),
    ]),
    changedBefore: read.changedBefore,
  };
}

/** From cells, and point by point where those cannot tell or are too coarse. */
async function readSteps(
  connection: Connection,
  scale: RunScale,
  series: readonly string[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnPlacing & { changedBefore: number }> {
  const { by, from, to, width } = pointPlan('step', plan);
  const selection = { by, series, from, to, width };
  const limit = plan.points * POINTS_PER_BUCKET;
  const short = by === 'step' && stepsBetween(scale, from, to) <= limit;
  const rows = short ? [] : await readCells(connection, scale, selection, context);
  const cells = short ? await readCellSpans(connection, scale, selection, context) : rows;
  const unsettled = cells.filter((row) => row.unsettled !== '0').map((row) => row.series);
  const every = plan.attempts === 'all' ? new Set(unsettled) : new Set<string>();
  // A cell knows its first and last step, which without order are not the earliest and the latest.
  const tells = scale.ordered || by === 'step' || by === 'epoch';
  const few = cells.filter(
    (row) => !every.has(row.series) && (short || !tells || Number(row.points) <= limit),
  );
  const near = few.filter((row) => row.points !== '0');
  const many = rows.filter((row) => !every.has(row.series) && !few.includes(row));
  const around = [...near, ...cells.filter((row) => every.has(row.series))];
  const [ofFew, ofEvery, ofMany, attempts, changed] = await Promise.all([
    near.length === 0
      ? []
      : readPoints(
          connection,
          scale,
          { placing: 'step', ...pointPlan('step', plan), attempts: 'latest', ...positionsOf(near) },
          context,
        ),
    readEvery(connection, scale, every, plan, context),
    drawCells(connection, scale, by, many, width, context),
    attemptsOf(connection, scale, cells, unsettled, context),
    plan.watches && around.length > 0
      ? readLastChange(connection, scale, { by, before: from, ...positionsOf(around) }, context)
      : 0,
  ]);
  return {
    curves: [...[...ofFew, ...ofEvery].map((row) => drawnPoints('step', row, plan, attempts)), ...ofMany],
    attempts,
    changedBefore: Math.max(
      changed,
      ...cells.map((row) => row.changedBefore),
      ...many.map((row) => row.changedAround),
    ),
  };
}

/** One series after the other: each of their points is sorted by time, and a statement has memory for a few million. */
async function readEvery(
  connection: Connection,
  scale: RunScale,
  series: ReadonlySet<string>,
  plan: Plan,
  context: QueryContext,
): Promise<PointRow[]> {
  const rows: PointRow[] = [];
  for (const id of series) {
    const selection = { placing: 'step', ...pointPlan('step', plan), series: [id] } as const;
    rows.push(...(await readPoints(connection, scale, selection, context)));
  }
  return rows;
}

/** Of the step axis, in a range. */
function stepsBetween({ axis: { epochs } }: RunScale, from: number, to: number): number {
  const ends = epochs.map(({ maxBatch, offset }) => Number(BigInt(maxBatch) + BigInt(offset)) + 1);
  return Math.min(to, ends.at(-1) ?? 0) - Math.max(from, Number(epochs[0]?.minBatch ?? 0));
}

function pointPlan(placing: Placing, { x, from, to, points, attempts, widths }: Plan) {
  const by = drawnBy(placing, x);
  const range = by === x ? { from, to } : { from: -WIDEST, to: WIDEST };
  return { by, ...range, points, attempts, width: widths.get(by) ?? 1 };
}

function drawnPoints(
  placing: Placing,
  row: PointRow,
  { attempts: asked }: Plan,
  attempts: ReadonlyMap<string, readonly Attempt[]>,
): Drawn {
  const several = asked === 'all' && (attempts.get(row.series)?.length ?? 1) > 1;
  return {
    placing,
    series: row.series,
    attempt: several ? row.attempt : undefined,
    exact: row.exact === 1,
    pieces: [...piecesOf(row)],
  };
}

/** From the first of the cells of some series to the last. */
function positionsOf(cells: readonly CellSpan[]) {
  const position = (epoch: string, cell: string) => ({ epoch: BigInt(epoch), cell: BigInt(cell) });
  const from = cells.map(({ fromEpoch, fromCell }) => position(fromEpoch, fromCell)).sort(byPosition)[0]!;
  const to = cells
    .map(({ toEpoch, toCell }) => position(toEpoch, toCell))
    .sort(byPosition)
    .at(-1)!;
  return {
    series: cells.map(({ series }) => series),
    within: {
      from: { epoch: String(from.epoch), batch: String(from.cell * 64n) },
      to: { epoch: String(to.epoch), batch: String(to.cell * 64n + 63n) },
      reached: cells.map(({ reachedBefore }) => reachedBefore),
    },
  };
}

function byPosition(a: { epoch: bigint; cell: bigint }, b: { epoch: bigint; cell: bigint }): number {
  return a.epoch === b.epoch ? Number(a.cell - b.cell) : Number(a.epoch - b.epoch);
}

async function drawCells(
  connection: Connection,
  scale: RunScale,
  by: TrainingX,
  cells: readonly CellRow[],
  width: number,
  context: QueryContext,
): Promise<Drawn[]> {
  const mixed = new Map<string, MixedCells>(cells.map((row) => [row.series, row.mixed]));
  const rest = new Map(
    (await readMixedCells(connection, scale, by, mixed, context)).map((row) => [row.series, row]),
  );
  return cells.map((row) => {
    const more = rest.get(row.series);
    const pieces = [...piecesOf(row), ...(more === undefined ? [] : piecesOf(more))];
    return drawnCells(row.series, bucketed(pieces, width));
  });
}

function drawnCells(series: string, pieces: readonly Piece[]): Drawn {
  return { placing: 'step', series, attempt: undefined, exact: false, pieces };
}

/** Only series with a cell that is not whole are read for theirs. */
async function attemptsOf(
  connection: Connection,
  scale: RunScale,
  cells: readonly CellSpan[],
  unsettled: readonly string[],
  context: QueryContext,
): Promise<Map<string, Attempt[]>> {
  const attempts = await readAttempts(connection, scale, { placing: 'step', series: unsettled }, context);
  for (const { series, earliest } of cells)
    if (!attempts.has(series)) attempts.set(series, [attemptAt(scale, earliest)]);
  return attempts;
}

function attemptAt({ axis: { epochs } }: RunScale, earliest: CellSpan['earliest']): Attempt {
  const [time, epochWhole, batch, epoch] = earliest;
  const offset = epochs.find((one) => one.epoch === epochWhole)?.offset ?? '0';
  return { step: Number(BigInt(batch) + BigInt(offset)), epoch, time: toMillis(BigInt(time)) };
}

function curvesOf(
  { run, metric, series, attributes, unit }: ChosenSeries,
  { curves, attempts }: DrawnRun,
  x: TrainingX,
): TrainingCurve[] {
  return curves
    .filter((curve) => curve.series === series)
    .map(({ placing, attempt, exact, pieces }) => ({
      run,
      metric,
      series,
      attributes,
      unit,
      by: drawnBy(placing, x),
      exact,
      attempts: attempts.get(placing)?.get(series) ?? [],
      attempt,
      ...toColumns(pieces),
    }));
}
