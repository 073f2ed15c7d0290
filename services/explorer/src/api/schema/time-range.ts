import type { TimeRange } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { resolveTime, type TimeExpression, timeParameter } from './time.ts';

/** The entries of a query that is about a range of time; by default the last hour. */
export const RANGE = {
  from: v.optional(timeParameter('Start of the range, which belongs to it.'), 'now-1h'),
  to: v.optional(timeParameter('End of the range, which does not belong to it.'), 'now'),
};

export interface AskedRange {
  readonly from: TimeExpression;
  readonly to: TimeExpression;
}

/** The range in nanoseconds; empty where it ends before it begins. */
export function rangeOf({ from, to }: AskedRange, now: bigint): TimeRange {
  return { from: resolveTime(from, now), to: resolveTime(to, now) };
}

/** How long after its end nothing is expected to come into a range any more. */
const SETTLED_AFTER = 3_600n * 1_000_000_000n;

/** Whether the same question will have the same answer, but for what is imported late or deleted. */
export function isSettled({ from, to }: AskedRange, now: bigint): boolean {
  return from.kind === 'moment' && to.kind === 'moment' && to.nanos + SETTLED_AFTER < now;
}
