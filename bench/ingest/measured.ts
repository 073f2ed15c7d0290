import { cpuSeconds, residentMiB } from '../../e2e/support/process-usage.ts';
import type { Load } from './requests.ts';

/** What one way was given to take. */
export interface Task {
  readonly load: Load;
  readonly items: number;
  readonly itemsInRequest: number;
  readonly inFlight: number;
}

/** What one way took for it. */
export interface Measured {
  /** From the first request sent until every row was committed. */
  readonly seconds: number;
  /** Of all processes but the load maker's, until they were quiet again: merges belong to it. */
  readonly cpuSeconds: number;
  readonly loadMakerCpuSeconds: number;
  /** The most resident memory of any of them at the end of the load. */
  readonly residentMiB: number;
}

/** Before the clock starts: code is compiled and tables are opened. */
export const WARM_UP_ITEMS = 20_000;

const LOOK_MILLIS = 500;
const QUIET_SHARE = 0.03;
const QUIET_LOOKS = 2;
const MOST_LOOKS = 60;

/** Processor time of all of them once they have nothing left to do; background merges go on for a while. */
export async function quietCpuSeconds(pids: readonly number[]): Promise<number> {
  const used = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  let before = used();
  for (let look = 0, quiet = 0; look < MOST_LOOKS && quiet < QUIET_LOOKS; look++) {
    await Bun.sleep(LOOK_MILLIS);
    const now = used();
    quiet = now - before < (QUIET_SHARE * LOOK_MILLIS) / 1_000 ? quiet + 1 : 0;
    before = now;
  }
  return before;
}

export function mostResidentMiB(pids: readonly number[]): number {
  return Math.max(...pids.map(residentMiB));
}
