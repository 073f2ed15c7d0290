import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import type { ChosenSeries, Placing } from './chosen-series.ts';
import { type CurveId, curveKey, curveParameters, ofCurves } from './curve-id.ts';
import { drawPoints } from './draw-points.ts';
import { drawRun, POINTS_PER_BUCKET, stepsBetween } from './draw-run.ts';
import { type DrawnCurves, type Plan, pointPlan, WIDEST } from './drawn-curve.ts';
import { readLastChange } from './read-points.ts';
import type { RunScale } from './run-scale.ts';

/** Points that one statement is about, if each came once: it sorts them, with some hundred bytes of each. */
const MOST_POINTS = 400_000;

export interface RunToDraw {
  readonly scale: RunScale;
  readonly chosen: readonly ChosenSeries[];
}

/** The curves of runs, in their order: of short ones by a few statements for all of them, of long ones run by run. */
export async function drawRuns(
  connection: Connection,
  runs: readonly RunToDraw[],
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurves[]> {
  const packs = runs.length < 2 ? [] : packed(await shortRuns(connection, runs, plan, context));
  const together = new Set(packs.flat());
  const drawn = new Map<RunToDraw, Promise<DrawnCurves>>();
  for (const pack of packs) {
    const curves = drawPack(connection, pack, plan, context);
    for (const run of pack) drawn.set(run, curves);
  }
  for (const run of runs)
    if (!together.has(run)) drawn.set(run, drawRun(connection, run.scale, run.chosen, plan, context));
  return Promise.all(runs.map((run) => drawn.get(run)!));
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

/** Each for one statement: what stands is decided in another way in runs without order. */
function packed(runs: readonly Counted[]): RunToDraw[][] {
  const packs: RunToDraw[][] = [];
  for (const ordered of [true, false]) {
    let sum = Number.POSITIVE_INFINITY;
    for (const [run, points] of runs.filter(([{ scale }]) => scale.ordered === ordered)) {
      if (sum + points > MOST_POINTS) {
        packs.push([]);
        sum = 0;
      }
      packs.at(-1)!.push(run);
      sum += points;
    }
  }
  return packs;
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
