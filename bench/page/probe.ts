import { join } from 'node:path';

/** Defined in the page before anything of its own. */
export interface Probe {
  /** Milliseconds since the navigation began, as soon as `condition` holds. */
  whenDrawn(condition: string): Promise<number>;
  /** Changes of an element after the mouse is let go, until it has not changed for `quietMillis`; undefined where it did not. */
  changesAfterRelease(selector: string, quietMillis: number): Promise<Changes | undefined>;
}

/** The first frame that was another and the last, milliseconds since the mouse was let go; looked at in every frame. */
export interface Changes {
  readonly first: number;
  readonly last: number;
}

/** The script that defines it. Plain JavaScript: nothing here but the explorer's page knows the DOM. */
export const PROBE_SCRIPT = join(import.meta.dir, 'in-page.js');

declare global {
  var benchProbe: Probe;
}
