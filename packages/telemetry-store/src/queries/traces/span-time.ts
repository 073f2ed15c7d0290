import type { Condition } from '../condition.ts';
import { earlier, later, NANOS_PER_SECOND, rangeParameters, type TimeRange } from '../time-range.ts';

const MAX_DATE_TIME = 2n ** 32n - 1n;

/**
 * Spans that begin in a range; binds `from`, `to` and the hours of both. The key of `otel_traces` begins with the hour,
 * and the engine makes nothing of it unless it is asked for by that name. An hour begins up to an hour before the span,
 * in whatever zone it is counted.
 */
export function spansIn(range: TimeRange): Condition {
  return {
    sql: `toStartOfHour(Timestamp) >= toDateTime({fromHour:UInt32}) AND toStartOfHour(Timestamp) <= toDateTime({toHour:UInt32})
  AND Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({to:Int64})`,
    params: {
      ...rangeParameters(range),
      fromHour: asDateTime(range.from / NANOS_PER_SECOND - 3600n),
      toHour: asDateTime(range.to / NANOS_PER_SECOND),
    },
  };
}

/** Seconds that a DateTime can hold. */
function asDateTime(seconds: bigint): bigint {
  return earlier(later(seconds, 0n), MAX_DATE_TIME);
}
