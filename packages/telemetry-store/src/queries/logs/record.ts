/** A log record as the store has it. */
export interface LogRecord {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** A hash of what is in the record: with the time it names the record, and those that are in all alike with it. */
  readonly id: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly service: string;
  readonly body: string;
  readonly eventName: string;
  /** Lower-case hex; empty where there is none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly scope: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
}

export type LogRow = Omit<LogRecord, 'time'> & { readonly time: string };

/** A record has no name of its own, so what it holds is its name. Without the time, which is compared beside it. */
export const LOG_ID =
  'cityHash64(SeverityNumber, SeverityText, ServiceName, Body, EventName, TraceId, SpanId, ScopeName, LogAttributes, ResourceAttributes)';

export const LOG_COLUMNS = `
  toUnixTimestamp64Nano(Timestamp) AS time, ${LOG_ID} AS id,
  SeverityNumber AS severityNumber, SeverityText AS severityText, ServiceName AS service, Body AS body,
  EventName AS eventName, TraceId AS traceId, SpanId AS spanId, ScopeName AS scope,
  LogAttributes AS attributes, ResourceAttributes AS resource`;

export function toLogRecord(row: LogRow): LogRecord {
  return { ...row, time: BigInt(row.time) };
}
