import type { TimeRange } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { durationParameter } from './duration.ts';

export const STEP = v.optional(
  durationParameter(
    'How far apart the points are; at most 2,000 of them. By default a hundredth of the range.',
  ),
);

const SECOND = 1_000_000_000n;

/** Nanoseconds: what was asked for, else such that about a hundred make the range, in whole seconds. */
export function stepOf(asked: bigint | undefined, { from, to }: TimeRange): bigint {
  if (asked !== undefined) return asked;
  const seconds = (to - from) / (100n * SECOND);
  return (seconds < 1n ? 1n : seconds) * SECOND;
}
