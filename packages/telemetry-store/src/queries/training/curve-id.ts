import type { Parameters } from '../../connection/connection.ts';

/** A curve. Where the run's id stands at the resource, curves of several runs have the same series. */
export interface CurveId {
  readonly run: string;
  readonly series: string;
}

export function curveKey({ run, series }: CurveId): string {
  return `${series} ${run}`;
}

/** SQL of which rows are of some curves of so many runs; binds {@link curveParameters}. */
export function ofCurves(runs: number): string {
  return runs === 1
    ? 'RunId = {run:String} AND Series IN {series:Array(UInt64)}'
    : '(RunId, Series) IN arrayZip({curveRuns:Array(String)}, {series:Array(UInt64)})';
}

export function curveParameters(curves: readonly CurveId[]): Parameters {
  return {
    run: curves[0]!.run,
    curveRuns: curves.map(({ run }) => run),
    series: curves.map(({ series }) => BigInt(series)),
  };
}
