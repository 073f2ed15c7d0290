import type { Condition } from './condition.ts';
import { decodeCursor, encodeCursor, type Gap } from './cursor.ts';
import { gapBehind, type Keyed, type Start, startAt } from './keyset.ts';
import { checkWhole } from './query-error.ts';
import type { TimeRange } from './time-range.ts';
import { type Direction, growingWindows, readWindows } from './windows.ts';

export interface PageRequest {
  readonly range: TimeRange;
  /** Default `older`: the newest first. */
  readonly direction?: Direction;
  /** 1 to 10,000. Default 100. */
  readonly limit?: number;
  /** From an earlier page of the same list: the walk begins there, in either direction. */
  readonly cursor?: string;
}

export interface Page<Row> {
  /** In the order of the walk. */
  readonly rows: readonly Row[];
  /** Whether there are rows beyond these, in the direction of the walk. */
  readonly more: boolean;
  /** Where a walk to older (newer) rows goes on from this page; undefined where an empty list has no place to be at. */
  readonly older: string | undefined;
  readonly newer: string | undefined;
}

/** One piece of a range to read. Rows are ordered by (time, id), both in the direction of the walk. */
export interface PagePart {
  readonly window: TimeRange;
  readonly direction: Direction;
  readonly limit: number;
  readonly offset: number;
  /** Binds `cursorId`: on the id of rows of the cursor's time. */
  readonly beyond: Condition | undefined;
}

/** A walk: where it begins and which way it goes. */
export interface Walk extends Start {
  readonly direction: Direction;
}

/** How to read a list that {@link readPage} pages through. */
export interface PagedList<Row extends Keyed> {
  readonly name: string;
  /** The SQL of a row's id, and its type. */
  readonly id: { readonly sql: string; readonly type: 'UInt64' | 'String' };
  /** The first rows of a walk, at most `wanted`, in its order. */
  readonly read: (walk: Walk, wanted: number) => Promise<readonly Row[]>;
  /** How many rows have the time and id of the gap; absent where no two have. */
  readonly countAlike?: (gap: Gap) => Promise<number>;
}

/** A page by keyset: what was shown before it is not read again, and what comes in meanwhile moves nothing. */
export async function readPage<Row extends Keyed>(
  list: PagedList<Row>,
  request: PageRequest,
): Promise<Page<Row>> {
  const { range, direction = 'older', cursor } = request;
  const limit = checkWhole('limit', request.limit ?? 100, { min: 1, max: 10_000 });
  const gap = cursor === undefined ? undefined : decodeCursor(list.name, cursor, list.id.type);
  const start = await startAt(range, direction, gap, list);
  const found = await list.read({ ...start, direction }, limit + 1);
  const rows = found.slice(0, limit);
  const unique = list.countAlike === undefined;
  const text = (at: Gap | undefined) => at && encodeCursor(list.name, at);
  const last = text(gapBehind(rows, direction, { gap, skipped: start.alike?.offset ?? 0, unique }));
  const first = text(gap ?? gapBefore(rows[0], direction));
  return {
    rows,
    more: found.length > limit,
    ...(direction === 'older' ? { older: last, newer: first } : { older: first, newer: last }),
  };
}

function gapBefore(row: Keyed | undefined, direction: Direction): Gap | undefined {
  return row && { time: row.time, id: row.id, seen: 0, side: direction === 'older' ? 'newer' : 'older' };
}

/** Reads a walk part by part: what is left of the cursor's nanosecond, then windows that grow, until there are enough rows. */
export function inWindows<Row>(
  read: (part: PagePart) => Promise<readonly Row[]>,
): (walk: Walk, wanted: number) => Promise<readonly Row[]> {
  return async ({ alike, rest, direction }, wanted) => {
    const found = alike === undefined ? [] : [...(await read({ ...alike, direction, limit: wanted }))];
    if (found.length < wanted)
      found.push(
        ...(await readWindows(growingWindows(rest, direction), wanted - found.length, (window, limit) =>
          read({ window, direction, limit, offset: 0, beyond: undefined }),
        )),
      );
    return found;
  };
}
