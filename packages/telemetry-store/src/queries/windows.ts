import { earlier, later, type TimeRange } from './time-range.ts';

/** Which way a list is walked: `older` begins with the newest. */
export type Direction = 'older' | 'newer';

export interface WindowOptions {
  /** Of the first window, in nanoseconds. Default 15 minutes. */
  readonly first?: bigint;
  /** How many times as wide each is as the one before. Default 4. */
  readonly factor?: bigint;
}

const QUARTER_HOUR = 15n * 60n * 1_000_000_000n;

/**
 * Cuts a range into windows that touch, in the order of the walk, each wider than the one before: what is dense is
 * read in small pieces, and all of time is behind about ten windows.
 */
export function* growingWindows(
  { from, to }: TimeRange,
  direction: Direction,
  { first = QUARTER_HOUR, factor = 4n }: WindowOptions = {},
): Generator<TimeRange> {
  let left = from;
  let right = to;
  for (let width = first; left < right; width *= factor) {
    if (direction === 'older') {
      const start = later(right - width, left);
      yield { from: start, to: right };
      right = start;
    } else {
      const end = earlier(left + width, right);
      yield { from: left, to: end };
      left = end;
    }
  }
}

/**
 * Reads window after window until there are `wanted` rows, or no more windows.
 *
 * @param read gives at most `wanted` rows of one window, in the order of the walk
 */
export async function readWindows<Row>(
  windows: Iterable<TimeRange>,
  wanted: number,
  read: (window: TimeRange, wanted: number) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const window of windows) {
    rows.push(...(await read(window, wanted - rows.length)));
    if (rows.length >= wanted) break;
  }
  return rows;
}
