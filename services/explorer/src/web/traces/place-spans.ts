import type { Span } from './traces-query.ts';
import type { LaidSpan } from './waterfall-layout.ts';

/** A span with its place in its trace: `start` is nanoseconds after the first. When it began is `began`. */
export type PlacedSpan = Omit<Span, 'start'> & LaidSpan & { readonly began: string };

export interface PlacedTrace {
  /** When the first span began, milliseconds since 1970. */
  readonly start: number;
  /** From there to the last end, nanoseconds. */
  readonly duration: number;
  readonly spans: readonly PlacedSpan[];
}

/** Places spans on the time line of their trace, to the nanosecond. */
export function placeSpans(spans: readonly Span[]): PlacedTrace {
  const starts = spans.map(({ start }) => nanosOf(start));
  let first = starts[0] ?? 0n;
  for (const at of starts) if (at < first) first = at;
  const placed = spans.map(({ start, ...span }, index) => ({
    ...span,
    began: start,
    start: Number(starts[index]! - first),
  }));
  return {
    start: Number(first / 1_000_000n),
    duration: placed.reduce((most, { start, duration }) => Math.max(most, start + duration), 0),
    spans: placed,
  };
}

/** Of a time with nine digits of a second, as the API writes it. */
export function nanosOf(time: string): bigint {
  return BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1_000_000n + BigInt(time.slice(20, 29));
}
