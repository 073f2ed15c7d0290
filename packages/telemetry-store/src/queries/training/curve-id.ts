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

/** SQL of the columns that tell curves of so many runs apart. */
export function curveColumns(runs: number): string {
  return runs === 1 ? 'Series' : 'RunId, Series';
}

/** SQL of the id of a row's run, where rows have {@link curveColumns} alone. */
export function runOf(runs: number): string {
  return runs === 1 ? '{run:String}' : 'RunId';
}

export function curveParameters(curves: readonly CurveId[]): Parameters {
  return {
    run: curves[0]!.run,
    curveRuns: curves.map(({ run }) => run),
    series: curves.map(({ series }) => BigInt(series)),
  };
}
