import type { Connection } from '../../connection/connection.ts';
import { encodeCursor, isUInt64 } from '../cursor.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole, QueryError } from '../query-error.ts';
import { ALL_TIME } from '../time-range.ts';
import type { LogFilter } from './filter.ts';
import { logPage } from './page.ts';
import { LOG_COLUMNS, LOG_ID, type LogRecord, type LogRow, toLogRecord } from './record.ts';

export interface LogContextRequest {
  /** The record, as a page gave it. */
  readonly time: bigint;
  readonly id: string;
  /** Records on either side, 0 to 1,000. */
  readonly before: number;
  readonly after: number;
  /** What the neighbours must be, such as of the same service or run. Default: anything. */
  readonly filter?: LogFilter;
}

/** All three oldest first. */
export interface LogContext {
  readonly before: readonly LogRecord[];
  /** The record, as often as it is there (at most 1,000); empty where it is not, or no more. */
  readonly records: readonly LogRecord[];
  readonly after: readonly LogRecord[];
}

/** What was logged around one record, in the order of {@link logPage}. */
export async function logContext(
  connection: Connection,
  { time, id, before, after, filter = {} }: LogContextRequest,
  context: QueryContext = {},
): Promise<LogContext> {
  if (!isUInt64(id) || BigInt.asIntN(64, time) !== time)
    throw new QueryError('argument', 'give the time and id of a record as a page gave them');
  const side = async (direction: 'older' | 'newer', name: string, limit: number) => {
    if (checkWhole(name, limit, { min: 0, max: 1_000 }) === 0) return [];
    const cursor = encodeCursor('logs', { time, id, seen: 0, side: direction });
    return (await logPage(connection, { ...filter, range: ALL_TIME, direction, limit, cursor }, context))
      .rows;
  };
  const [older, newer, rows] = await Promise.all([
    side('older', 'before', before),
    side('newer', 'after', after),
    connection.query<LogRow>(
      `SELECT ${LOG_COLUMNS} FROM otel_logs
       WHERE Timestamp = fromUnixTimestamp64Nano({time:Int64}) AND ${LOG_ID} = {id:UInt64} LIMIT 1000`,
      { ...context, params: { time, id } },
    ),
  ]);
  return { before: older.toReversed(), records: rows.map(toLogRecord), after: newer };
}
