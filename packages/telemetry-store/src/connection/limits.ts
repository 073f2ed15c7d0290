/** What one query may use before it ends with a {@link StoreError} that `isLimit`. */
export interface QueryLimits {
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly rowsRead: number;
  /** Of the answer, as ClickHouse holds it. */
  readonly resultBytes: number;
}

export const DEFAULT_LIMITS: QueryLimits = {
  seconds: 30,
  memoryBytes: 1 << 30,
  rowsRead: 500_000_000,
  resultBytes: 256 << 20,
};

/** The limits as ClickHouse's settings. Each throws: a truncated answer would look like a whole one. */
export function limitSettings(limits: Partial<QueryLimits> = {}): Record<string, string | number> {
  const { seconds, memoryBytes, rowsRead, resultBytes } = { ...DEFAULT_LIMITS, ...limits };
  return {
    max_execution_time: seconds,
    timeout_overflow_mode: 'throw',
    max_memory_usage: memoryBytes,
    max_rows_to_read: rowsRead,
    read_overflow_mode: 'throw',
    max_result_bytes: resultBytes,
    result_overflow_mode: 'throw',
  };
}
