import type { Connection } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { NANOS_PER_SECOND } from '../time-range.ts';
import type { ChosenSeries } from './chosen-series.ts';
import { bucketed, PIECE_NAMES, type Piece } from './columns.ts';
import type { CurveId } from './curve-id.ts';
import type { RunToDraw } from './drawn-curve.ts';
import { type CellSpan, readWholeCurves, type WholeCurve } from './read-cells.ts';
import { extentOf, type RunScale } from './run-scale.ts';

/** Buckets that are kept of one series: 400 kB. */
const MOST_BUCKETS = 5_000;

/** Of steps. Of fewer points each is given, which buckets do not have. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly moreThan: number;
}

export interface KeptCurve extends CurveId {
  readonly pieces: readonly Piece[];
  readonly earliest: CellSpan['earliest'];
}

/** Whether nothing came to a series for so long that what is read of it now holds until something does. */
export function isSettled(
  { receivedAt }: Pick<ChosenSeries, 'receivedAt'>,
  { cache }: QueryContext,
): boolean {
  return cache?.isSettled(BigInt(receivedAt) * NANOS_PER_SECOND) === true;
}

/**
 * A range of some curves by step. Somebody who zooms asks for one range after the other: so a curve that is settled is read as
 * a whole, in buckets finer than those that were asked for, and kept; a bucket belongs to the range where any of it does.
 * Left out are curves of which cells cannot tell, and ranges of few points or of finer buckets than are kept.
 *
 * @param runs all of which have an order, or none; `chosen` of them have batches
 */
export async function keptCurves(
  connection: Connection,
  runs: readonly RunToDraw[],
  range: Range,
  context: QueryContext,
): Promise<KeptCurve[]> {
  const widthOf = ({ scale }: RunToDraw) => keptWidth(scale, range.width);
  const widths = [...new Set(runs.map(widthOf))].filter((width) => width !== undefined);
  const found = await Promise.all(
    widths.map((width) => {
      const some = runs.filter((run) => widthOf(run) === width);
      return keptByWidth(connection, some, width, range, context);
    }),
  );
  return found.flat();
}

async function keptByWidth(
  connection: Connection,
  runs: readonly RunToDraw[],
  width: number,
  range: Range,
  context: QueryContext,
): Promise<KeptCurve[]> {
  const { cache } = context;
  const settled = runs.flatMap(({ scale, chosen }) =>
    chosen.filter((series) => isSettled(series, context)).map((series) => ({ scale, series })),
  );
  if (cache === undefined || settled.length === 0) return [];
  const keys = settled.map(({ scale: { run, startedAt, ordered, axis }, series }) => [
    ...['series', run, startedAt, ordered, axis, width],
    series,
  ]);
  const found = await cache.keepAll(keys, (missing) => {
    const scales = new Set(missing.map((i) => settled[i]!.scale));
    const curves = missing.map((i) => settled[i]!.series);
    return readWholeCurves(connection, [...scales], curves, width, context);
  });
  return settled.flatMap(({ series: { run, series } }, i) => {
    const whole = found[i];
    const pieces = whole && piecesWithin(whole, range);
    return pieces ? [{ run, series, pieces, earliest: whole.earliest }] : [];
  });
}

/**
 * Buckets of a width are whole buckets of the power of ten below it, see {@link bucketWidth}; a run that is too long for so
 * many is kept by the width itself. Undefined where those are too many as well.
 */
function keptWidth(scale: RunScale, width: number): number | undefined {
  const { from, to } = extentOf('step', scale, { first: 0n, last: 0n, lastEpoch: 0 });
  const power = 10 ** Math.floor(Math.log10(width) + 1e-9);
  return [power, width].find((one) => (to - from) / one <= MOST_BUCKETS);
}

/** Undefined where they may be of few points. */
function piecesWithin(whole: WholeCurve, { from, to, width, moreThan }: Range): Piece[] | undefined {
  const { x, xLast } = whole.columns;
  const inside: number[] = [];
  let points = 0;
  for (let i = 0; i < x.length; i++) {
    if (xLast[i]! < from || x[i]! >= to) continue;
    inside.push(i);
    if (x[i]! >= from && xLast[i]! < to) points += whole.counts[i]!;
  }
  return points <= moreThan ? undefined : bucketed(piecesAt(whole, inside), width);
}

function* piecesAt({ columns }: WholeCurve, indexes: readonly number[]): Generator<Piece> {
  for (const i of indexes)
    yield Object.fromEntries(PIECE_NAMES.map((name) => [name, columns[name][i]])) as unknown as Piece;
}
