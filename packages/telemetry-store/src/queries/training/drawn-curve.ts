import type { CurveAttempts } from './attempts.ts';
import type { ChosenSeries, Placing } from './chosen-series.ts';
import { type Piece, piecesOf } from './columns.ts';
import type { Attempt, TrainingX } from './curve.ts';
import { type CurveId, curveKey } from './curve-id.ts';
import type { PointRow } from './read-points.ts';
import { drawnBy, type RunScale } from './run-scale.ts';

export const WIDEST = Number.MAX_VALUE;

export interface RunToDraw {
  readonly scale: RunScale;
  readonly chosen: readonly ChosenSeries[];
}

/** What all curves of a request have in common. */
export interface Plan {
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
export interface DrawnCurve extends CurveId {
  readonly placing: Placing;
  readonly attempt: number | undefined;
  /** Of its series, in order of time. */
  readonly attempts: readonly Attempt[];
  readonly exact: boolean;
  readonly pieces: readonly Piece[];
}

export interface DrawnCurves {
  readonly curves: readonly DrawnCurve[];
  /** When the last point came of those before the range, seconds since 1970; 0 where there is none, or nobody asks. */
  readonly changedBefore: number;
}

export function pointPlan(placing: Placing, { x, from, to, points, attempts, widths }: Plan) {
  const by = drawnBy(placing, x);
  const range = by === x ? { from, to } : { from: -WIDEST, to: WIDEST };
  return { by, ...range, points, attempts, width: widths.get(by) ?? 1 };
}

export function drawnPoints(
  placing: Placing,
  row: PointRow,
  { attempts: asked }: Plan,
  of: CurveAttempts,
): DrawnCurve {
  const attempts = of.get(curveKey(row)) ?? [];
  return {
    placing,
    run: row.run,
    series: row.series,
    attempt: asked === 'all' && attempts.length > 1 ? row.attempt : undefined,
    attempts,
    exact: row.exact === 1,
    pieces: [...piecesOf(row)],
  };
}
