import type { Condition } from '../condition.ts';
import { earlier, later, NANOS_PER_SECOND, rangeParameters, type TimeRange } from '../time-range.ts';

const MAX_DATE_TIME = 2n ** 32n - 1n;
const HOUR = 3600n;

/**
 * Spans that begin in a range; binds `from`, `to` and the hours of both. The key of `otel_traces` begins with the hour,
 * and the engine makes nothing of it unless it is asked for by that name.
 *
 * @param name binds `<name>_from` and so on, for a statement with several ranges
 */
export function spansIn(range: TimeRange, name?: string): Condition {
  const at = (parameter: string) => (name === undefined ? parameter : `${name}_${parameter}`);
  const { from, to } = rangeParameters(range);
  return {
    sql: `toStartOfHour(Timestamp, 'UTC') >= toDateTime({${at('fromHour')}:UInt32}) AND toStartOfHour(Timestamp, 'UTC') <= toDateTime({${at('toHour')}:UInt32})
  AND Timestamp >= fromUnixTimestamp64Nano({${at('from')}:Int64}) AND Timestamp < fromUnixTimestamp64Nano({${at('to')}:Int64})`,
    params: {
      [at('from')]: from,
      [at('to')]: to,
      [at('fromHour')]: startOfHour(range.from),
      [at('toHour')]: startOfHour(range.to),
    },
  };
}

/** Seconds that a DateTime can hold. */
function startOfHour(nanos: bigint): bigint {
  const seconds = earlier(later(nanos / NANOS_PER_SECOND, 0n), MAX_DATE_TIME);
  return seconds - (seconds % HOUR);
}
