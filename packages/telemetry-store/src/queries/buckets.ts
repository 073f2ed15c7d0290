import { checkWhole, QueryError } from './query-error.ts';
import { ALL_TIME, earlier, type TimeRange } from './time-range.ts';

export const MAX_BUCKETS = 2_000;

export interface Buckets {
  /** Nanoseconds. */
  readonly width: bigint;
  /** They touch, and end with the range: the last may be narrower. */
  readonly buckets: readonly TimeRange[];
}

/** Cuts a range into at most `count` of equal width. An empty range has none. */
export function bucketsOf(range: TimeRange, count: number): Buckets {
  const most = BigInt(checkWhole('buckets', count, { min: 1, max: MAX_BUCKETS }));
  const span = checkBounds(range);
  return bucketsOfWidth(range, span <= 0n ? 1n : (span + most - 1n) / most);
}

/** Cuts a range into buckets of this width, the first beginning with the range. */
export function bucketsOfWidth(range: TimeRange, width: bigint): Buckets {
  if (width <= 0n) throw new QueryError('argument', `a step of ${width} ns: give a positive one`);
  if ((checkBounds(range) + width - 1n) / width > BigInt(MAX_BUCKETS))
    throw new QueryError('argument', `more than ${MAX_BUCKETS} steps: give a wider step or a shorter range`);
  const buckets: TimeRange[] = [];
  for (let from = range.from; from < range.to; from += width)
    buckets.push({ from, to: earlier(from + width, range.to) });
  return { width, buckets };
}

/** The width of a range whose bounds are times of 1970 or later, so that differences of them stay within 64 bits. */
function checkBounds({ from, to }: TimeRange): bigint {
  if (from >= ALL_TIME.from && to <= ALL_TIME.to) return to - from;
  throw new QueryError(
    'argument',
    `a range from ${from} to ${to} ns: give one within ${ALL_TIME.from} to ${ALL_TIME.to}`,
  );
}
