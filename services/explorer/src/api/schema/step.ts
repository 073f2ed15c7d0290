import type { TimeRange } from '@ml-otel/telemetry-store/queries';
import * as v from 'valibot';
import { durationParameter } from './duration.ts';

export const STEP = v.optional(
  durationParameter(
    'How far apart the points are; at most 2,000 of them. By default so that there are about a hundred, and then they ' +
      'lie at whole minutes, hours or what the step is, the first one before the range.',
  ),
);

const SECOND = 1_000_000_000n;

const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

/** Steps that a reader of a chart can count in. */
const ROUND = [
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((n) => n * SECOND),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((n) => n * MINUTE),
  ...[1n, 2n, 3n, 6n, 12n].map((n) => n * HOUR),
  ...[1n, 2n, 7n, 14n, 28n, 91n, 182n].map((n) => n * DAY),
];
const MOST_POINTS = 120n;

export interface Stepped {
  readonly range: TimeRange;
  /** Nanoseconds. */
  readonly step: bigint;
}

/** The step that was asked for, else a round one; then the range begins at a multiple of it. */
export function stepped(asked: bigint | undefined, range: TimeRange): Stepped {
  if (asked !== undefined) return { range, step: asked };
  const width = range.to - range.from;
  const step = ROUND.find((candidate) => width <= MOST_POINTS * candidate) ?? ROUND.at(-1)!;
  return { range: { ...range, from: range.from - (range.from % step) }, step };
}
