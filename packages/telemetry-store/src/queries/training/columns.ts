import type { CurveColumns } from './curve.ts';

/** Some neighbouring points of a curve, put together. */
export interface Piece {
  x: number;
  xLast: number;
  first: number;
  last: number;
  /** Infinity and -Infinity where no value is finite. */
  min: number;
  max: number;
  time: number;
  timeLast: number;
  notFinite: number;
}

/** The names of a {@link Piece}, each an array of the same length in an answer of the engine. */
export type PieceColumns = { readonly [name in keyof Piece]: readonly number[] };

export const PIECE_NAMES = [
  'x',
  'xLast',
  'first',
  'last',
  'min',
  'max',
  'time',
  'timeLast',
  'notFinite',
] as const;

/** SQL that gathers rows of those columns, with a suffix to the name of `groupArray`, as {@link PieceColumns}. */
export function gathered(suffix = '', condition = ''): string {
  return PIECE_NAMES.map(
    (name) => `groupArray${suffix}(b.${name}${condition && `, ${condition}`}) AS ${name}`,
  ).join(', ');
}

export function* piecesOf(columns: PieceColumns): Generator<Piece> {
  for (let i = 0; i < columns.x.length; i++)
    yield Object.fromEntries(PIECE_NAMES.map((name) => [name, columns[name][i]])) as unknown as Piece;
}

/** Pieces in any order, those that begin in the same bucket put together. */
export function bucketed(pieces: Iterable<Piece>, width: number): Piece[] {
  const buckets = new Map<number, Piece>();
  for (const piece of pieces) {
    const place = Math.floor(piece.x / width);
    const bucket = buckets.get(place);
    if (bucket === undefined) buckets.set(place, piece);
    else join(bucket, piece);
  }
  return [...buckets.values()].sort((a, b) => a.x - b.x);
}

function join(bucket: Piece, piece: Piece): void {
  if (piece.x < bucket.x) {
    bucket.x = piece.x;
    bucket.first = piece.first;
  }
  if (piece.xLast >= bucket.xLast) {
    bucket.xLast = piece.xLast;
    bucket.last = piece.last;
  }
  bucket.min = Math.min(bucket.min, piece.min);
  bucket.max = Math.max(bucket.max, piece.max);
  bucket.time = Math.min(bucket.time, piece.time);
  bucket.timeLast = Math.max(bucket.timeLast, piece.timeLast);
  bucket.notFinite |= piece.notFinite;
}

export function toColumns(pieces: readonly Piece[]): CurveColumns {
  const column = (name: keyof Piece) => pieces.map((piece) => piece[name]);
  const finite = (name: 'min' | 'max') =>
    pieces.map((piece) => (piece.min <= piece.max ? piece[name] : Number.NaN));
  return {
    x: column('x'),
    xLast: column('xLast'),
    first: column('first'),
    last: column('last'),
    min: finite('min'),
    max: finite('max'),
    time: column('time'),
    timeLast: column('timeLast'),
    notFinite: column('notFinite'),
  };
}
