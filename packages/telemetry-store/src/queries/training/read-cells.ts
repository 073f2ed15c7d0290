import type { Connection, Parameters } from '../../connection/connection.ts';
import type { QueryContext } from '../query-context.ts';
import { earlier, later } from '../time-range.ts';
import { cellsOf } from './cells.ts';
import { gathered, PIECE_NAMES, type Piece, type PieceColumns } from './columns.ts';
import type { TrainingX } from './curve.ts';
import { type CurveId, curveColumns, curveKey, curveParameters, runOf } from './curve-id.ts';
import { PIECE } from './read-points.ts';
import { millis, type RunScale, scaleParameters, xOf } from './run-scale.ts';

/** Cells of the same epoch, batches and hour, as `training_cells` has them; for unordered runs of any hour. */
export interface MixedCells {
  readonly epochs: readonly string[];
  readonly cells: readonly string[];
  readonly hours: readonly number[];
  /** By when (nanoseconds since 1970) what lies before was reached: what is older fell away. */
  readonly reached: readonly string[];
  /** The first batch that came again later, in the same cell of another hour; the greatest Int64 where none did. */
  readonly again: readonly string[];
}

/** One curve: where its cells lie. */
export interface CellSpan extends CurveId {
  /** In the range: as they came, those that fell away not counted. */
  readonly points: string;
  /** How many cells of the whole curve are not just a piece of one rising row. */
  readonly unsettled: string;
  /** Positions of the cells in the range, and by when what lies before was reached. */
  readonly fromEpoch: string;
  readonly fromCell: string;
  readonly toEpoch: string;
  readonly toCell: string;
  readonly reachedBefore: string;
  /** When the last point came of cells before the range, seconds since 1970; 0 where none did. */
  readonly changedBefore: number;
  /** The earliest point of the whole curve, if its cells are whole: time in nanoseconds, whole part of the epoch, batch, epoch. */
  readonly earliest: readonly [time: string, epochWhole: string, batch: string, epoch: number];
}

/** With buckets of its cells that are whole, and which cells are not. */
export interface CellRow extends CellSpan, PieceColumns {
  /** As `changedBefore`, with the cells in which the range begins. */
  readonly changedAround: number;
  readonly mixed: MixedCells;
}

export interface CellSelection {
  readonly by: TrainingX;
  readonly curves: readonly CurveId[];
  /** Of x. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

const NEVER = '9223372036854775807';

/**
 * Curves of points with a batch, cell by cell, in one statement. A cell belongs to the range where any of it does.
 *
 * @param scales of the runs of the curves, all of which have an order, or none
 */
export function readCells(
  connection: Connection,
  scales: readonly RunScale[],
  selection: CellSelection,
  context: QueryContext,
): Promise<CellRow[]> {
  const { by, width } = selection;
  // Cells of one time are in the order of their steps.
  const byTime = by === 'time' || by === 'relative';
  return ask<CellRow>(connection, scales, selection, context, {
    columns: `max(b.changedAround) AS changedAround,
      CAST((
        groupArrayArray(mixedCells).1, groupArrayArray(mixedCells).2, groupArrayArray(mixedCells).3,
        groupArrayArray(mixedCells).4, groupArrayArray(mixedCells).5
      ), 'Tuple(epochs Array(Int64), cells Array(Int64), hours Array(Int32), reached Array(Int64), again Array(Int64))') AS mixed,
      ${gathered('If', 'b.isDrawn')}`,
    ofBucket: `${byTime ? OF_BUCKET('(t0, EpochWhole, a)', '(t1, EpochWhole, b)') : OF_BUCKET('x0', 'x1')},
        maxIf(received, x0 < {from:Float64}) AS changedAround,
        groupArrayIf((EpochWhole, Cell, hour, reached, again), inside AND verdict = 'mixed') AS mixedCells`,
    bucket: "if(inside AND verdict = 'whole', floor(x0 / {width:Float64}), 0)",
    params: { width },
  });
}

/** All of one curve by step, in buckets of its cells. */
export interface WholeCurve {
  /** Each of the columns, by bucket, in the order of the steps. */
  readonly columns: Readonly<Record<keyof Piece, Float64Array>>;
  /** Points as they came, by bucket. */
  readonly counts: Float64Array;
  readonly earliest: CellSpan['earliest'];
}

/** Of some curves, in their order, as {@link readCells}; undefined where some cells of one are not just a piece of one rising row. */
export async function readWholeCurves(
  connection: Connection,
  scales: readonly RunScale[],
  curves: readonly CurveId[],
  width: number,
  context: QueryContext,
): Promise<(WholeCurve | undefined)[]> {
  const everywhere = { by: 'step', curves, from: -Number.MAX_VALUE, to: Number.MAX_VALUE } as const;
  const rows = await ask<CellSpan & PieceColumns & { counts: readonly string[] }>(
    connection,
    scales,
    everywhere,
    context,
    {
      columns: `groupArray(b.points) AS counts, ${gathered()}`,
      ofBucket: OF_BUCKET('x0', 'x1'),
      bucket: 'floor(x0 / {width:Float64})',
      params: { width },
    },
  );
  const found = new Map(rows.map((row) => [curveKey(row), row]));
  return curves.map((curve) => {
    const row = found.get(curveKey(curve));
    if (row === undefined || row.unsettled !== '0') return undefined;
    const columns = Object.fromEntries(PIECE_NAMES.map((name) => [name, Float64Array.from(row[name])]));
    return {
      columns: columns as WholeCurve['columns'],
      counts: Float64Array.from(row.counts, Number),
      earliest: row.earliest,
    };
  });
}

/** What is put together of the cells of a bucket; the arguments say what orders them. */
const OF_BUCKET = (first: string, last: string) =>
  `min(x0) AS x, max(x1) AS xLast, argMin(v0, ${first}) AS first, argMax(v1, ${last}) AS last,
        min(least) AS min, max(most) AS max, ${millis('min(t0)')} AS time, ${millis('max(t1)')} AS timeLast, groupBitOr(odd) AS notFinite`;

/** Where those cells lie, without their curves: for ranges that are read point by point. */
export function readCellSpans(
  connection: Connection,
  scales: readonly RunScale[],
  selection: CellSelection,
  context: QueryContext,
): Promise<CellSpan[]> {
  return ask(connection, scales, selection, context);
}

/** What is asked of each bucket of cells, besides where they lie. */
interface Buckets {
  readonly columns: string;
  readonly ofBucket: string;
  readonly bucket: string;
  readonly params: Parameters;
}

function ask<Row extends CellSpan>(
  connection: Connection,
  scales: readonly RunScale[],
  { by, curves, from, to }: Omit<CellSelection, 'width'>,
  context: QueryContext,
  buckets?: Buckets,
): Promise<Row[]> {
  if (curves.length === 0) return Promise.resolve([]);
  const runs = scales.length;
  const { ordered } = scales[0]!;
  const curve = curveColumns(runs);
  const x = (batch: string, epoch: string, time: string) =>
    xOf(by, 'step', { whole: 'EpochWhole', batch, epoch, time }, runs);
  // Of whole cells the earliest is the first, which nothing was reached before: the least of few tuples, which are slow to compare.
  const sql = `
    WITH
      cells AS (${cellsOf({ ordered }, runs)}),
      judged AS (
        SELECT *, ${verdict({ ordered })} AS verdict, ${x('a', 'e0', 't0')} AS x0, ${x('b', 'e1', 't1')} AS x1,
          verdict != 'gone' AND x1 >= {from:Float64} AND x0 < {to:Float64} AS inside
        FROM (
          SELECT *,
            max(t1) OVER (PARTITION BY ${curve} ORDER BY EpochWhole, Cell, hour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
            ifNull(minOrNull(a) OVER (PARTITION BY ${curve}, EpochWhole, Cell ORDER BY hour ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), ${NEVER}) AS again
          FROM cells
        )
      )
    SELECT ${runOf(runs)} AS run, toString(Series) AS series,
      sum(b.points) AS points, sum(b.unsettled) AS unsettled, max(b.changedBefore) AS changedBefore, minIf(b.earliest, b.begins) AS earliest,
      min(b.fromAt).1 AS fromEpoch, min(b.fromAt).2 AS fromCell, max(b.toAt).1 AS toEpoch, max(b.toAt).2 AS toCell,
      min(b.reachedBefore) AS reachedBefore${buckets ? `, ${buckets.columns}` : ''}
    FROM (
      SELECT ${curve}, verdict, inside, verdict = 'whole' AND inside AS isDrawn,
        sumIf(n, inside) AS points, countIf(verdict != 'whole') AS unsettled, maxIf(received, x1 < {from:Float64}) AS changedBefore,
        minIf((t0, EpochWhole, a, e0), reached = 0) AS earliest, max(reached = 0) AS begins,
        if(inside, minIf((EpochWhole, Cell), inside), (${NEVER}, ${NEVER})) AS fromAt,
        if(inside, maxIf((EpochWhole, Cell), inside), (-${NEVER}, -${NEVER})) AS toAt,
        if(inside, min(reached), ${NEVER}) AS reachedBefore${buckets ? `, ${buckets.ofBucket}` : ''}
      FROM judged
      GROUP BY ${curve}, verdict, inside${buckets ? `, ${buckets.bucket}` : ''}
      ${buckets ? `ORDER BY ${curve}, x` : ''}
    ) AS b
    GROUP BY ${curve}`;
  return connection.query<Row>(sql, {
    ...context,
    params: {
      from,
      to,
      ...buckets?.params,
      ...curveParameters(curves),
      ...scaleParameters(...scales),
    },
  });
}

/**
 * `gone`: all of it fell away, because an earlier step came later. `whole`: all of it stands, and is just one rising row.
 * `mixed`: only its points can tell.
 */
function verdict({ ordered }: Pick<RunScale, 'ordered'>): string {
  if (!ordered) return "if(rising, 'whole', 'mixed')";
  return "multiIf(t1 < reached OR again <= a, 'gone', rising AND t0 >= reached AND b < again, 'whole', 'mixed')";
}

/** What stands of cells that are mixed: a piece of each. */
export async function readMixedCells(
  connection: Connection,
  scale: RunScale,
  by: TrainingX,
  mixed: ReadonlyMap<string, MixedCells>,
  context: QueryContext,
): Promise<(PieceColumns & { readonly series: string })[]> {
  const series = [...mixed].flatMap(([id, { cells }]) => cells.map(() => id));
  if (series.length === 0) return [];
  const all = [...mixed.values()];
  const epochs = all.flatMap((cells) => cells.epochs);
  const sql = `
    WITH points AS (
      SELECT Series, EpochWhole, bitShiftRight(Batch, 6) AS Cell, hour, again, reachedBefore, toUnixTimestamp64Nano(Time) AS t,
        Batch, Epoch, Value
      FROM training_points AS point
      INNER JOIN (
        SELECT cell.1 AS Series, cell.2 AS EpochWhole, cell.3 AS Cell, cell.4 AS hour, cell.5 AS reachedBefore, cell.6 AS again
        FROM (
          SELECT arrayJoin(arrayZip({cellSeries:Array(UInt64)}, {cellEpochs:Array(Int64)}, {cells:Array(Int64)},
            {hours:Array(Int32)}, {reached:Array(Int64)}, {again:Array(Int64)})) AS cell
        )
      ) AS wanted
      ON point.Series = wanted.Series AND point.EpochWhole = wanted.EpochWhole AND bitShiftRight(point.Batch, 6) = wanted.Cell
        AND ${scale.ordered ? 'toInt32(intDiv(toUnixTimestamp64Nano(point.Time), 3600000000000))' : 'toInt32(0)'} = wanted.hour
      WHERE RunId = {run:String} AND point.Series IN {distinctSeries:Array(UInt64)} AND point.EpochWhole IN {distinctEpochs:Array(Int64)}
        AND Batch >= {batchFrom:Int64} AND Batch <= {batchTo:Int64} AND Axes IN ('batch', 'epoch and batch')
    )
    SELECT toString(Series) AS series, ${gathered()}
    FROM (
      SELECT Series, ${PIECE(by)}
      FROM (
        SELECT *, ${xOf(by, 'step')} AS px, Batch AS place
        FROM (
          SELECT *,
            max(t) OVER (PARTITION BY Series, EpochWhole, Cell, hour ORDER BY Batch, t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
            leadInFrame(Batch, 1, Batch - 1) OVER (PARTITION BY Series, EpochWhole, Cell, hour ORDER BY Batch, t ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next
          FROM points
        )
        WHERE next != Batch ${scale.ordered ? 'AND t >= greatest(reached, reachedBefore) AND Batch < again' : ''}
      )
      GROUP BY Series, EpochWhole, Cell, hour
    ) AS b
    GROUP BY Series`;
  const bounds = all.flatMap((of) => of.cells.map(BigInt));
  return connection.query(sql, {
    ...context,
    params: {
      run: scale.run,
      cellSeries: series.map(BigInt),
      cellEpochs: epochs.map(BigInt),
      cells: bounds,
      hours: all.flatMap((of) => of.hours),
      reached: all.flatMap((of) => of.reached.map(BigInt)),
      again: all.flatMap((of) => of.again.map(BigInt)),
      distinctSeries: [...mixed.keys()].map(BigInt),
      distinctEpochs: [...new Set(epochs)].map(BigInt),
      batchFrom: bounds.reduce((least, cell) => earlier(least, cell)) * 64n,
      batchTo: bounds.reduce((most, cell) => later(most, cell)) * 64n + 63n,
      ...scaleParameters(scale),
    },
  });
}
