import type { Condition } from './condition.ts';
import type { Gap } from './cursor.ts';
import { earlier, later, type TimeRange } from './time-range.ts';
import type { Direction } from './windows.ts';

/** A row of a list that is ordered by time, and by id where the time is the same. */
export interface Keyed {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly id: string;
}

export interface Start {
  /** What is left of the cursor's own nanosecond; so no other row needs its id compared, for which it has to be read. */
  readonly alike:
    | { readonly window: TimeRange; readonly beyond: Condition; readonly offset: number }
    | undefined;
  /** The asked range beyond that nanosecond. */
  readonly rest: TimeRange;
}

export interface KeyedList {
  readonly id: { readonly sql: string; readonly type: 'UInt64' | 'String' };
  readonly countAlike?: (gap: Gap) => Promise<number>;
}

/** Where a walk begins. The rows alike with the gap's that are behind it are left out by an offset. */
export async function startAt(
  { from, to }: TimeRange,
  direction: Direction,
  gap: Gap | undefined,
  { id, countAlike }: KeyedList,
): Promise<Start> {
  if (gap === undefined) return { alike: undefined, rest: { from, to } };
  const { time } = gap;
  const rest = direction === 'older' ? { from, to: earlier(time, to) } : { from: later(time + 1n, from), to };
  if (time < from || time >= to) return { alike: undefined, rest };
  const behind = direction === 'older' ? 'newer' : 'older';
  // None of them lie ahead: the walk goes on with the next id.
  const strict = gap.side !== behind && gap.seen === 0;
  let offset = 0;
  if (gap.side === behind) offset = gap.seen;
  else if (!strict && countAlike !== undefined) offset = Math.max(0, (await countAlike(gap)) - gap.seen);
  const operator = `${direction === 'older' ? '<' : '>'}${strict ? '' : '='}`;
  const beyond = { sql: `${id.sql} ${operator} {cursorId:${id.type}}`, params: { cursorId: gap.id } };
  return { alike: { window: { from: time, to: time + 1n }, beyond, offset }, rest };
}

/** The gap behind the last of the rows that a walk met, which began at `gap` and left out `skipped` alike with it. */
export function gapBehind(
  rows: readonly Keyed[],
  direction: Direction,
  { gap, skipped, unique }: { gap: Gap | undefined; skipped: number; unique: boolean },
): Gap | undefined {
  const last = rows.at(-1);
  if (last === undefined) return gap;
  const { time, id } = last;
  if (unique) return { time, id, seen: 0, side: direction };
  let seen = 0;
  while (seen < rows.length && isAlike(rows[rows.length - 1 - seen]!, last)) seen++;
  if (seen === rows.length && gap !== undefined && isAlike(gap, last)) seen += skipped;
  return { time, id, seen, side: direction === 'older' ? 'newer' : 'older' };
}

function isAlike(a: Keyed, b: Keyed): boolean {
  return a.time === b.time && a.id === b.id;
}
