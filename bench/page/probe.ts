import { join } from 'node:path';

/** Defined in the page before anything of its own. */
export interface Probe {
  /** Milliseconds since the navigation began, as soon as `condition` holds. */
  whenDrawn(condition: string): Promise<number>;
  /** Looks at an element from now on, in every frame. */
  watchRelease(selector: string, quietMillis: number): void;
  /** Its changes after the mouse was let go, when it has not changed for `quietMillis`; undefined where it did not. */
  changes(): Promise<Changes | undefined>;
}

/** The first frame that was another and the last, milliseconds since the mouse was let go. */
export interface Changes {
  readonly first: number;
  readonly last: number;
}

/** The script that defines it. Plain JavaScript: nothing here but the explorer's page knows the DOM. */
export const PROBE_SCRIPT = join(import.meta.dir, 'in-page.js');

declare global {
  var benchProbe: Probe;
}
