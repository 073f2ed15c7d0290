import type { Connection, Parameters } from '../../connection/connection.ts';
import type { Condition } from '../condition.ts';
import { type Page, type PagePart, type PageRequest, readPage } from '../page.ts';
import type { QueryContext } from '../query-context.ts';
import { rangeParameters } from '../time-range.ts';
import { type LogFilter, logCondition } from './filter.ts';
import { LOG_COLUMNS, LOG_ID, type LogRecord, type LogRow, toLogRecord } from './record.ts';

export type LogPageRequest = PageRequest & LogFilter;

/** The statement that reads one part of a page; apart, so that a test can ask how the engine goes about it. */
export function logPageStatement(part: PagePart, filter: Condition): { sql: string; params: Parameters } {
  const order = part.direction === 'older' ? 'DESC' : 'ASC';
  return {
    sql: `SELECT ${LOG_COLUMNS}
FROM otel_logs
WHERE Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64})
  AND ${filter.sql}${part.beyond === undefined ? '' : ` AND ${part.beyond.sql}`}
ORDER BY Timestamp ${order}, id ${order}
LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    params: {
      ...filter.params,
      ...part.beyond?.params,
      ...rangeParameters(part.window),
      limit: part.limit,
      offset: part.offset,
    },
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
  return readPage<LogRecord>(
    {
      name: 'logs',
      id: { sql: LOG_ID, type: 'UInt64' },
      read: async (part) => {
        const { sql, params } = logPageStatement(part, filter);
        return (await connection.query<LogRow>(sql, { ...context, params })).map(toLogRecord);
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
