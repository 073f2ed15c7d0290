import type { Connection, Parameters } from '../../connection/connection.ts';
import type { Condition } from '../condition.ts';
import type { QueryContext } from '../query-context.ts';
import { checkWhole } from '../query-error.ts';
import { type LogFilter, logCondition } from './filter.ts';
import { LOG_COLUMNS, type LogRecord, type LogRow, toLogRecord } from './record.ts';

export interface LogTailRequest extends LogFilter {
  /** Seconds since 1970: what came then or later, whatever its own time. */
  readonly since: number;
  /** 1 to 10,000: the last so many. */
  readonly limit: number;
}

export interface ArrivedLog extends LogRecord {
  /** When the batch that it came with was made, seconds since 1970. It can be read a moment later. */
  readonly receivedAt: number;
}

/** The statement of {@link logTail}; apart, so that a test can ask how the engine goes about it. */
export function logTailStatement(
  { since, limit }: Pick<LogTailRequest, 'since' | 'limit'>,
  filter: Condition,
): { sql: string; params: Parameters } {
  return {
    sql: `SELECT ${LOG_COLUMNS}, toUnixTimestamp(ReceivedAt) AS receivedAt
FROM otel_logs
WHERE ReceivedAt >= toDateTime({since:UInt32}, 'UTC') AND ${filter.sql}
ORDER BY ReceivedAt DESC, Timestamp DESC, id DESC
LIMIT {limit:UInt32}`,
    params: { ...filter.params, since, limit },
  };
}

/**
 * Log records by when they came, oldest first: for those who watch. Records of one second become readable one batch after
 * the other, so who asks again begins some seconds before the last, and leaves out what it has.
 *
 * @throws QueryError for a bound that is none
 */
export async function logTail(
  connection: Connection,
  { since, limit, ...filter }: LogTailRequest,
  context: QueryContext = {},
): Promise<ArrivedLog[]> {
  checkWhole('since', since, { min: 0, max: 2 ** 32 - 1 });
  checkWhole('limit', limit, { min: 1, max: 10_000 });
  const { sql, params } = logTailStatement({ since, limit }, logCondition(filter));
  const rows = await connection.query<LogRow & { receivedAt: number }>(sql, { ...context, params });
  return rows.reverse().map((row) => ({ ...toLogRecord(row), receivedAt: row.receivedAt }));
}
