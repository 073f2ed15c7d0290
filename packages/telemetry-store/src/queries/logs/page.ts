import type { Connection, Parameters } from '../../connection/connection.ts';
import { allOf, type Condition } from '../condition.ts';
import { type Page, type PageRequest, readPage, type Walk } from '../page.ts';
import type { QueryContext } from '../query-context.ts';
import { earlier, later, rangeParameters, type TimeRange } from '../time-range.ts';
import { type Direction, growingWindows, readWindows } from '../windows.ts';
import { type LogFilter, logCondition } from './filter.ts';
import { LOG_COLUMNS, LOG_ID, type LogRecord, type LogRow, toLogRecord } from './record.ts';

export type LogPageRequest = PageRequest & LogFilter;

/** The text index is looked up anew for each window, in all of a part: wide windows cost it little more than narrow ones. */
const FIRST_WINDOW_OF_TEXT = 24n * 3600n * 1_000_000_000n;

/** Parameters travel in the address of a request, of which many an HTTP server takes no more than 16 KiB. */
const TIMES_OF_STATEMENT = 500;

const IN_RANGE =
  'Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64})';

interface Statement {
  readonly sql: string;
  readonly params: Parameters;
}

interface Part {
  readonly window: TimeRange;
  readonly direction: Direction;
  readonly limit: number;
}

/**
 * The statement that finds when the first records of a window are; apart, so that a test can ask how the engine goes about it.
 * It reads nothing but times and what the filter is about.
 */
export function logTimesStatement({ window, direction, limit }: Part, filter: Condition): Statement {
  return {
    sql: `SELECT toUnixTimestamp64Nano(Timestamp) AS time
FROM otel_logs
WHERE ${IN_RANGE} AND ${filter.sql}
ORDER BY Timestamp ${orderOf(direction)}
LIMIT {limit:UInt32}`,
    params: { ...filter.params, ...rangeParameters(window), limit },
  };
}

/** The statement that reads the records of these times, of which there is at least one. */
export function logsAtStatement(
  times: readonly bigint[],
  { direction, limit }: Pick<Part, 'direction' | 'limit'>,
  filter: Condition,
): Statement {
  const order = orderOf(direction);
  const first = times.reduce(earlier);
  const last = times.reduce(later);
  return {
    sql: `SELECT ${LOG_COLUMNS}
FROM otel_logs
WHERE ${IN_RANGE} AND toUnixTimestamp64Nano(Timestamp) IN {times:Array(Int64)}
  AND ${filter.sql}
ORDER BY Timestamp ${order}, id ${order}
LIMIT {limit:UInt32}`,
    params: { ...filter.params, ...rangeParameters({ from: first, to: last + 1n }), times, limit },
  };
}

/**
 * Log records of a time range, a page at a time, newest or oldest first. Records of one time come in the order of a hash
 * of them, so that each is on one page only. A cursor may be used with another filter or range: it is a place, no more.
 *
 * @throws QueryError for a cursor that is none, and for a limit out of bounds
 */
export async function logPage(
  connection: Connection,
  request: LogPageRequest,
  context: QueryContext = {},
): Promise<Page<LogRecord>> {
  const filter = logCondition(request);
  const windows = request.text ? { first: FIRST_WINDOW_OF_TEXT } : {};
  return readPage<LogRecord>(
    {
      name: 'logs',
      id: { sql: LOG_ID, type: 'UInt64' },
      read: async (walk, wanted) => {
        const { direction } = walk;
        const times = await readWindows(
          growingWindows(walk.rest, direction, windows),
          wanted,
          async (window, limit) => {
            const { sql, params } = logTimesStatement({ window, direction, limit }, filter);
            const rows = await connection.query<{ time: string }>(sql, { ...context, params });
            return rows.map(({ time }) => BigInt(time));
          },
        );
        return readAt(connection, { walk, times, wanted, filter }, context);
      },
      countAlike: async ({ time, id }) => {
        const [row] = await connection.query<{ alike: string }>(
          `SELECT count() AS alike FROM otel_logs
           WHERE Timestamp = fromUnixTimestamp64Nano({time:Int64}) AND ${LOG_ID} = {id:UInt64} AND ${filter.sql}`,
          { ...context, params: { ...filter.params, time, id } },
        );
        return Number(row!.alike);
      },
    },
    request,
  );
}

/** The records of these times, and before them what is left of the cursor's own nanosecond. */
async function readAt(
  connection: Connection,
  {
    walk: { alike, direction },
    times,
    wanted,
    filter,
  }: { walk: Walk; times: readonly bigint[]; wanted: number; filter: Condition },
  context: QueryContext,
): Promise<readonly LogRecord[]> {
  const offset = alike?.offset ?? 0;
  const beyond = alike && {
    sql: `Timestamp != fromUnixTimestamp64Nano({cursorTime:Int64}) OR ${alike.beyond.sql}`,
    params: { ...alike.beyond.params, cursorTime: alike.window.from },
  };
  const condition = allOf([filter, beyond]);
  const here = alike === undefined ? [] : [alike.window.from];
  const all = [...new Set([...here, ...times])];
  const rows: LogRecord[] = [];
  for (let i = 0; i < all.length && rows.length < offset + wanted; i += TIMES_OF_STATEMENT) {
    const part = { direction, limit: offset + wanted - rows.length };
    const { sql, params } = logsAtStatement(all.slice(i, i + TIMES_OF_STATEMENT), part, condition);
    // Few rows are left, which are read sooner than any index tells which they are.
    const settings = { use_skip_indexes: 0 };
    rows.push(...(await connection.query<LogRow>(sql, { ...context, params, settings })).map(toLogRecord));
  }
  // Those behind the cursor, unless they have gone.
  const behind = rows.slice(0, offset).filter(({ time }) => time === alike?.window.from).length;
  return rows.slice(behind, behind + wanted);
}

function orderOf(direction: Direction): 'ASC' | 'DESC' {
  return direction === 'older' ? 'DESC' : 'ASC';
}
