import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { type CurveAttempts, readAttempts } from './attempts.ts';
import type { ChosenSeries, Placing } from './chosen-series.ts';
import { bucketed, type Piece, piecesOf } from './columns.ts';
import type { Attempt, TrainingX } from './curve.ts';
import { type CurveId, curveKey } from './curve-id.ts';
import { drawPoints } from './draw-points.ts';
import { type DrawnCurve, type DrawnCurves, drawnPoints, type Plan, pointPlan } from './drawn-curve.ts';
import { keptCurves } from './kept-series.ts';
import {
  type CellRow,
  type CellSpan,
  type MixedCells,
  readCellSpans,
  readCells,
  readMixedCells,
} from './read-cells.ts';
import { type PointRow, readLastChange, readPoints } from './read-points.ts';
import { type RunScale, toMillis } from './run-scale.ts';

/** Curves with fewer points in a range, for each bucket that was asked for, are read point by point. A cell has 64. */
export const POINTS_PER_BUCKET = 32;

/** The curves of one run, however long it is. */
export async function drawRun(
  connection: Connection,
  scale: RunScale,
  chosen: readonly ChosenSeries[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves> {
  const of = (placing: Placing) => chosen.filter(({ placings }) => placings.includes(placing));
  const byPoint = (placing: Placing) =>
    drawPoints(connection, [scale], { placing, curves: of(placing) }, plan, context);
  const [steps, epochs, times] = await Promise.all([
    drawSteps(connection, scale, of('step'), plan, context),
    byPoint('epoch'),
    byPoint('time'),
  ]);
  return { ...steps, curves: [...steps.curves, ...epochs, ...times] };
}

/** Curves with batches: those that are settled from what is kept of them, all else from the store. */
async function drawSteps(
  connection: Connection,
  scale: RunScale,
  chosen: readonly ChosenSeries[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves> {
  const { by, from, to, width } = pointPlan('step', plan);
  const moreThan = plan.points * POINTS_PER_BUCKET;
  const found =
    by === 'step' && plan.attempts === 'latest' && !plan.watches && stepsBetween(scale, from, to) > moreThan
      ? await keptCurves(connection, scale, chosen, { from, to, width, moreThan }, context)
      : [];
  const rest = chosen.filter(({ series }) => !found.some((one) => one.series === series));
  const { curves, changedBefore } = await readSteps(connection, scale, rest, plan, context);
  const kept = found.map(({ series, pieces, earliest }) =>
    drawnCells({ run: scale.run, series }, pieces, [attemptAt(scale, earliest)]),
  );
  return { curves: [...kept, ...curves], changedBefore };
}

/** From cells, and point by point where those cannot tell or are too coarse. */
async function readSteps(
  connection: Connection,
  scale: RunScale,
  chosen: readonly ChosenSeries[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves> {
  const { by, from, to, width } = pointPlan('step', plan);
  const series = chosen.map((one) => one.series);
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
          [scale],
          { placing: 'step', ...pointPlan('step', plan), attempts: 'latest', ...positionsOf(scale, near) },
          context,
        ),
    readEvery(connection, scale, every, plan, context),
    drawCells(connection, scale, by, many, width, context),
    attemptsOf(connection, scale, cells, unsettled, context),
    plan.watches && around.length > 0
      ? readLastChange(connection, [scale], { by, before: from, ...positionsOf(scale, around) }, context)
      : 0,
  ]);
  return {
    curves: [
      ...[...ofFew, ...ofEvery].map((row) => drawnPoints('step', row, plan, attempts)),
      ...ofMany.map(({ series, pieces }) => {
        const id = { run: scale.run, series };
        return drawnCells(id, pieces, attempts.get(curveKey(id)) ?? []);
      }),
    ],
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
    const curves = [{ run: scale.run, series: id }];
    const selection = { placing: 'step', ...pointPlan('step', plan), curves } as const;
    rows.push(...(await readPoints(connection, [scale], selection, context)));
  }
  return rows;
}

/** Of the step axis, in a range. */
export function stepsBetween({ axis: { epochs } }: RunScale, from: number, to: number): number {
  const ends = epochs.map(({ maxBatch, offset }) => Number(BigInt(maxBatch) + BigInt(offset)) + 1);
  return Math.min(to, ends.at(-1) ?? 0) - Math.max(from, Number(epochs[0]?.minBatch ?? 0));
}

/** From the first of the cells of some series to the last. */
function positionsOf({ run }: RunScale, cells: readonly CellSpan[]) {
  const position = (epoch: string, cell: string) => ({ epoch: BigInt(epoch), cell: BigInt(cell) });
  const from = cells.map(({ fromEpoch, fromCell }) => position(fromEpoch, fromCell)).sort(byPosition)[0]!;
  const to = cells
    .map(({ toEpoch, toCell }) => position(toEpoch, toCell))
    .sort(byPosition)
    .at(-1)!;
  return {
    curves: cells.map(({ series }) => ({ run, series })),
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
): Promise<{ series: string; pieces: Piece[] }[]> {
  const mixed = new Map<string, MixedCells>(cells.map((row) => [row.series, row.mixed]));
  const rest = new Map(
    (await readMixedCells(connection, scale, by, mixed, context)).map((row) => [row.series, row]),
  );
  return cells.map((row) => {
    const more = rest.get(row.series);
    const pieces = [...piecesOf(row), ...(more === undefined ? [] : piecesOf(more))];
    return { series: row.series, pieces: bucketed(pieces, width) };
  });
}

function drawnCells(id: CurveId, pieces: readonly Piece[], attempts: readonly Attempt[]): DrawnCurve {
  return { placing: 'step', ...id, attempt: undefined, attempts, exact: false, pieces };
}

/** Only series with a cell that is not whole are read for theirs. */
async function attemptsOf(
  connection: Connection,
  scale: RunScale,
  cells: readonly CellSpan[],
  unsettled: readonly string[],
  context: QueryContext,
): Promise<CurveAttempts> {
  const { run } = scale;
  const found = await readAttempts(
    connection,
    scale,
    unsettled.map((series) => ({ run, series })),
    context,
  );
  const attempts = new Map(found);
  for (const { series, earliest } of cells) {
    const key = curveKey({ run, series });
    if (!attempts.has(key)) attempts.set(key, [attemptAt(scale, earliest)]);
  }
  return attempts;
}

function attemptAt({ axis: { epochs } }: RunScale, earliest: CellSpan['earliest']): Attempt {
  const [time, epochWhole, batch, epoch] = earliest;
  const offset = epochs.find((one) => one.epoch === epochWhole)?.offset ?? '0';
  return { step: Number(BigInt(batch) + BigInt(offset)), epoch, time: toMillis(BigInt(time)) };
}
