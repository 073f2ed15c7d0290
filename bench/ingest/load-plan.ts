import type { Load } from './requests.ts';

/** What a load maker sends. */
export interface LoadPlan {
  readonly load: Load;
  readonly items: number;
  readonly itemsInRequest: number;
  /** Requests that wait for their answers at any time. */
  readonly inFlight: number;
  readonly grpcPort: number;
}

/** Milliseconds since the epoch; `finished` is when the last request was answered. */
export interface LoadResult {
  readonly started: number;
  readonly finished: number;
  readonly cpuSeconds: number;
  /** Requests that were answered with RESOURCE_EXHAUSTED or UNAVAILABLE; each was sent again. */
  readonly refusals: number;
}
