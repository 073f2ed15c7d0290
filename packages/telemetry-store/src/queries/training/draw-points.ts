import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { readAttemptsOfPoints } from './attempts.ts';
import type { Placing } from './chosen-series.ts';
import type { CurveId } from './curve-id.ts';
import { type DrawnCurve, drawnPoints, type Plan, pointPlan } from './drawn-curve.ts';
import { readPoints } from './read-points.ts';
import type { RunScale } from './run-scale.ts';

/**
 * Curves that are placed alike, point by point: two statements, however many runs they are of.
 *
 * @param scales of the runs of the curves, all of which have an order, or none
 */
export async function drawPoints(
  connection: Connection,
  scales: readonly RunScale[],
  { placing, curves }: { readonly placing: Placing; readonly curves: readonly CurveId[] },
  plan: Plan,
  context: QueryContext,
): Promise<DrawnCurve[]> {
  const [rows, attempts] = await Promise.all([
    readPoints(connection, scales, { placing, curves, ...pointPlan(placing, plan) }, context),
    readAttemptsOfPoints(connection, scales, { placing, curves }, context),
  ]);
  return rows.map((row) => drawnPoints(placing, row, plan, attempts));
}
