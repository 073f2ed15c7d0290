/** One run of one mode. */
export interface Measured {
  readonly snapshots: number;
  /** Until the last request was answered. */
  readonly answeredSeconds: number;
  /** Until the last value was where it should be: out of the collector, or in the Pushgateway. */
  readonly endToEndSeconds: number;
  readonly serverCpuSeconds: number;
  readonly clientCpuSeconds: number;
  /** Requests that were answered with 429 and sent again. */
  readonly refusals: number;
  /** Points that did not arrive. */
  readonly lost: number;
  /** Points that arrived more than once, and values that a histogram counted twice. */
  readonly repeated: number;
  /** Values that a histogram did not count; negative where it counted too many. */
  readonly uncounted: number;
}

/** Snapshots a second, end to end. */
export function rate({ snapshots, endToEndSeconds }: Measured): number {
  return snapshots / endToEndSeconds;
}
