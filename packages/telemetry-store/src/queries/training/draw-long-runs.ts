import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { type CurveAttempts, readAttempts } from './attempts.ts';
import { byRun } from './by-run.ts';
import type { ChosenSeries, Placing } from './chosen-series.ts';
import { bucketed, type Piece, piecesOf } from './columns.ts';
import type { Attempt, TrainingX } from './curve.ts';
import { type CurveId, curveKey } from './curve-id.ts';
import { drawPoints } from './draw-points.ts';
import {
  type DrawnCurve,
  type DrawnCurves,
  drawnPoints,
  type Plan,
  pointPlan,
  type RunToDraw,
} from './drawn-curve.ts';
import { keptCurves } from './kept-series.ts';
import { packed } from './packed.ts';
import {
  type CellRow,
  type CellSpan,
  type MixedCells,
  readCellSpans,
  readCells,
  readMixedCells,
} from './read-cells.ts';
import { type PointRow, readLastChange, readPoints } from './read-points.ts';
import { type RunScale, stepsBetween, toMillis } from './run-scale.ts';

/** Curves with fewer points in a range, for each bucket that was asked for, are read point by point. A cell has 64. */
export const POINTS_PER_BUCKET = 32;

/** Points that one statement is about, if each came once: it sorts them, with some hundred bytes of each. */
export const MOST_POINTS = 400_000;

/**
 * Curves of runs, however long those are: of curves with batches cells tell, in a few statements for all runs; others are read
 * point by point, run by run.
 *
 * @param runs all of which have an order, or none
 */
export async function drawLongRuns(
  connection: Connection,
  runs: readonly RunToDraw[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves> {
  const of = (placing: Placing) => withCurves(runs, ({ placings }) => placings.includes(placing));
  const byPoint = (placing: Placing) =>
    of(placing).map(({ scale, chosen }) =>
      drawPoints(connection, [scale], { placing, curves: chosen }, plan, context),
    );
  const [steps, ...others] = await Promise.all([
    drawSteps(connection, of('step'), plan, context),
    ...byPoint('epoch'),
    ...byPoint('time'),
  ]);
  return { ...steps, curves: [...steps.curves, ...others.flat()] };
}

/** Runs with some of their curves; those that have none of these are left out. */
function withCurves(runs: readonly RunToDraw[], which: (curve: ChosenSeries) => boolean): RunToDraw[] {
  return runs
    .map(({ scale, chosen }) => ({ scale, chosen: chosen.filter(which) }))
    .filter(({ chosen }) => chosen.length > 0);
}

/** Curves with batches: those that are settled from what is kept of them, all else from the store. */
async function drawSteps(
  connection: Connection,
  runs: readonly RunToDraw[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves> {
  const { by, from, to, width } = pointPlan('step', plan);
  const moreThan = plan.points * POINTS_PER_BUCKET;
  const kept =
    by === 'step' && plan.attempts === 'latest' && !plan.watches
      ? await keptCurves(
          connection,
          runs.filter(({ scale }) => stepsBetween(scale, from, to) > moreThan),
          { from, to, width, moreThan },
          context,
        )
      : [];
  const found = new Set(kept.map(curveKey));
  const rest = withCurves(runs, (one) => !found.has(curveKey(one)));
  const { curves, changedBefore } = await readSteps(connection, rest, plan, context);
  const scales = scalesOf(runs);
  return {
    curves: [
      ...kept.map((one) => drawnCells(one, one.pieces, [attemptAt(scales.get(one.run)!, one.earliest)])),
      ...curves,
    ],
    changedBefore,
  };
}

/** From cells, and point by point where those cannot tell or are too coarse. */
async function readSteps(
  connection: Connection,
  runs: readonly RunToDraw[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves> {
  if (runs.length === 0) return { curves: [], changedBefore: 0 };
  const { by, from, to, width } = pointPlan('step', plan);
  const scales = scalesOf(runs);
  const scalesFor = (curves: readonly CurveId[]) =>
    [...new Set(curves.map(({ run }) => run))].map((run) => scales.get(run)!);
  const limit = plan.points * POINTS_PER_BUCKET;
  const isShort = ({ scale }: RunToDraw) => by === 'step' && stepsBetween(scale, from, to) <= limit;
  const select = (some: readonly RunToDraw[]) => ({
    ...{ by, from, to, width },
    curves: some.flatMap(({ chosen }) => chosen),
  });
  const short = runs.filter(isShort);
  const long = runs.filter((run) => !isShort(run));
  const [spans, rows] = await Promise.all([
    readCellSpans(
      connection,
      short.map(({ scale }) => scale),
      select(short),
      context,
    ),
    readCells(
      connection,
      long.map(({ scale }) => scale),
      select(long),
      context,
    ),
  ]);
  const cells = [...spans, ...rows];
  const unsettled = cells.filter((row) => row.unsettled !== '0');
  const every = plan.attempts === 'all' ? unsettled : [];
  // A cell knows its first and last step, which without order are not the earliest and the latest.
  const tells = runs[0]!.scale.ordered || by === 'step' || by === 'epoch';
  const others = new Set<CellSpan>(every);
  const many = rows.filter((row) => tells && !others.has(row) && Number(row.points) > limit);
  for (const row of many) others.add(row);
  const near = cells.filter((row) => row.points !== '0' && !others.has(row));
  const around = [...near, ...every];
  const [ofFew, ofEvery, ofMany, attempts, changed] = await Promise.all([
    readNear(connection, scalesFor, near, plan, context),
    readEvery(connection, scalesFor, every, plan, context),
    drawCells(connection, scales, by, many, width, context),
    attemptsOf(connection, scalesFor, cells, unsettled, context),
    plan.watches && around.length > 0
      ? readLastChange(connection, scalesFor(around), { by, before: from, ...positionsOf(around) }, context)
      : 0,
  ]);
  return {
    curves: [
      ...[...ofFew, ...ofEvery].map((row) => drawnPoints('step', row, plan, attempts)),
      ...ofMany.map(({ pieces, ...id }) => drawnCells(id, pieces, attempts.get(curveKey(id)) ?? [])),
    ],
    changedBefore: Math.max(
      changed,
      ...cells.map((row) => row.changedBefore),
      ...many.map((row) => row.changedAround),
    ),
  };
}

/** The scales of the runs of some curves. */
type ScalesFor = (curves: readonly CurveId[]) => RunScale[];

const scalesOf = (runs: readonly RunToDraw[]) => new Map(runs.map(({ scale }) => [scale.run, scale]));

/** Few points of each curve, of as many curves in one statement as there is memory for. */
async function readNear(
  connection: Connection,
  scalesFor: ScalesFor,
  near: readonly CellSpan[],
  plan: Plan,
  context: QueryContext,
): Promise<PointRow[]> {
  const packs = packed(near, ({ points }) => Number(points), MOST_POINTS);
  const rows = await Promise.all(
    packs.map((pack) => {
      const selection = { placing: 'step', ...pointPlan('step', plan), attempts: 'latest' } as const;
      return readPoints(connection, scalesFor(pack), { ...selection, ...positionsOf(pack) }, context);
    }),
  );
  return rows.flat();
}

/** One curve after the other: each of their points is sorted by time, and a statement has memory for a few million. */
async function readEvery(
  connection: Connection,
  scalesFor: ScalesFor,
  curves: readonly CellSpan[],
  plan: Plan,
  context: QueryContext,
): Promise<PointRow[]> {
  const rows: PointRow[] = [];
  for (const { run, series } of curves) {
    const selection = { placing: 'step', ...pointPlan('step', plan), curves: [{ run, series }] } as const;
    rows.push(...(await readPoints(connection, scalesFor([{ run, series }]), selection, context)));
  }
  return rows;
}

/** From the first of the cells of some curves to the last. */
function positionsOf(cells: readonly CellSpan[]) {
  const position = (epoch: string, cell: string) => ({ epoch: BigInt(epoch), cell: BigInt(cell) });
  const from = cells.map(({ fromEpoch, fromCell }) => position(fromEpoch, fromCell)).sort(byPosition)[0]!;
  const to = cells
    .map(({ toEpoch, toCell }) => position(toEpoch, toCell))
    .sort(byPosition)
    .at(-1)!;
  return {
    curves: cells.map(({ run, series }) => ({ run, series })),
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

/** From cells that are whole, and the points of those that are not: of these run by run, since only few runs have any. */
async function drawCells(
  connection: Connection,
  scales: ReadonlyMap<string, RunScale>,
  by: TrainingX,
  cells: readonly CellRow[],
  width: number,
  context: QueryContext,
): Promise<(CurveId & { pieces: Piece[] })[]> {
  const drawn = await Promise.all(
    [...byRun(cells)].map(async ([run, rows]) => {
      const mixed = new Map<string, MixedCells>(rows.map((row) => [row.series, row.mixed]));
      const found = await readMixedCells(connection, scales.get(run)!, by, mixed, context);
      const rest = new Map(found.map((row) => [row.series, row]));
      return rows.map((row) => {
        const more = rest.get(row.series);
        const pieces = [...piecesOf(row), ...(more === undefined ? [] : piecesOf(more))];
        return { run, series: row.series, pieces: bucketed(pieces, width) };
      });
    }),
  );
  return drawn.flat();
}

function drawnCells(
  { run, series }: CurveId,
  pieces: readonly Piece[],
  attempts: readonly Attempt[],
): DrawnCurve {
  return { placing: 'step', run, series, attempt: undefined, attempts, exact: false, pieces };
}

/** Only curves with a cell that is not whole are read for theirs. */
async function attemptsOf(
  connection: Connection,
  scalesFor: ScalesFor,
  cells: readonly CellSpan[],
  unsettled: readonly CellSpan[],
  context: QueryContext,
): Promise<CurveAttempts> {
  const curves = unsettled.map(({ run, series }) => ({ run, series }));
  const attempts = new Map(await readAttempts(connection, scalesFor(curves), curves, context));
  const scales = new Map(scalesFor(cells).map((scale) => [scale.run, scale]));
  for (const cell of cells) {
    const key = curveKey(cell);
    if (!attempts.has(key)) attempts.set(key, [attemptAt(scales.get(cell.run)!, cell.earliest)]);
  }
  return attempts;
}

function attemptAt({ axis: { epochs } }: RunScale, earliest: CellSpan['earliest']): Attempt {
  const [time, epochWhole, batch, epoch] = earliest;
  const offset = epochs.find((one) => one.epoch === epochWhole)?.offset ?? '0';
  return { step: Number(BigInt(batch) + BigInt(offset)), epoch, time: toMillis(BigInt(time)) };
}
