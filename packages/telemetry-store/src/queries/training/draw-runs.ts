import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import type { Placing } from './chosen-series.ts';
import { type CurveId, curveKey, curveParameters, ofCurves } from './curve-id.ts';
import { drawLongRuns, MOST_POINTS, POINTS_PER_BUCKET } from './draw-long-runs.ts';
import { drawPoints } from './draw-points.ts';
import { type DrawnCurves, type Plan, pointPlan, type RunToDraw, WIDEST } from './drawn-curve.ts';
import { packed } from './packed.ts';
import { readLastChange } from './read-points.ts';
import { stepsBetween } from './run-scale.ts';

/** Cells that one statement is about: some three hundred bytes of each. */
const MOST_CELLS = 200_000;
const STEPS_PER_CELL = 64;

/** The curves of runs, in their order, by a few statements for all of them: of short runs by their points, of others by cells. */
export async function drawRuns(
  connection: Connection,
  runs: readonly RunToDraw[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves[]> {
  const short = runs.length < 2 ? [] : await shortRuns(connection, runs, plan, context);
  const together = new Set(short.map(([run]) => run));
  const long = runs.filter((run) => !together.has(run));
  const drawn = new Map<RunToDraw, Promise<DrawnCurves>>();
  const draw = (packs: readonly RunToDraw[][], by: typeof drawPack) => {
    for (const pack of packs) {
      const curves = by(connection, pack, plan, context);
      for (const run of pack) drawn.set(run, curves);
    }
  };
  // What stands is decided in another way in runs without order.
  for (const ordered of [true, false]) {
    const few = short.filter(([{ scale }]) => scale.ordered === ordered);
    const many = long.filter(({ scale }) => scale.ordered === ordered);
    draw(
      packed(few, ([, points]) => points, MOST_POINTS).map((pack) => pack.map(([run]) => run)),
      drawPack,
    );
    draw(packed(many, cellsOf, MOST_CELLS), drawLongRuns);
  }
  return Promise.all(runs.map((run) => drawn.get(run)!));
}

/** How many its curves have, at most. */
function cellsOf({ scale, chosen }: RunToDraw): number {
  const steps = Math.max(0, stepsBetween(scale, -WIDEST, WIDEST));
  return chosen.length * (steps / STEPS_PER_CELL + scale.axis.epochs.length);
}

/** A run, and about how many points its curves have. */
type Counted = readonly [run: RunToDraw, points: number];

/** Those that would be read point by point anyway. */
async function shortRuns(
  connection: Connection,
  runs: readonly RunToDraw[],
  plan: Plan,
  context: QueryContext,
): Promise<Counted[]> {
  const steps = ({ scale }: RunToDraw) => Math.max(0, stepsBetween(scale, -WIDEST, WIDEST));
  const few = runs.filter((run) => steps(run) <= plan.points * POINTS_PER_BUCKET);
  const bare = few.flatMap(({ chosen }) => chosen.filter(({ placings }) => String(placings) !== 'step'));
  const counts = await countPoints(connection, bare, context);
  return few
    .map((run): Counted => {
      const points = run.chosen.map((one) => counts.get(curveKey(one)) ?? steps(run));
      return [run, points.reduce((sum, of) => sum + of, 0)];
    })
    .filter(([, points]) => points <= MOST_POINTS);
}

/** Of curves about which no step axis tells; by {@link curveKey}. */
async function countPoints(
  connection: Connection,
  curves: readonly CurveId[],
  context: QueryContext,
): Promise<ReadonlyMap<string, number>> {
  if (curves.length === 0) return new Map();
  const rows = await connection.query<CurveId & { points: string }>(
    `SELECT RunId AS run, toString(Series) AS series, count() AS points FROM training_points
     WHERE ${ofCurves(2)} GROUP BY RunId, Series`,
    { ...context, params: curveParameters(curves) },
  );
  return new Map(rows.map((row) => [curveKey(row), Number(row.points)]));
}

async function drawPack(
  connection: Connection,
  pack: readonly RunToDraw[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves> {
  const scales = pack.map(({ scale }) => scale);
  const of = (placing: Placing) =>
    pack.flatMap(({ chosen }) => chosen.filter(({ placings }) => placings.includes(placing)));
  const byPoint = (placing: Placing) =>
    drawPoints(connection, scales, { placing, curves: of(placing) }, plan, context);
  const { by, from } = pointPlan('step', plan);
  const [steps, epochs, times, changedBefore] = await Promise.all([
    byPoint('step'),
    byPoint('epoch'),
    byPoint('time'),
    plan.watches && of('step').length > 0
      ? readLastChange(connection, scales, { by, before: from, curves: of('step') }, context)
      : 0,
  ]);
  return { curves: [...steps, ...epochs, ...times], changedBefore };
}
