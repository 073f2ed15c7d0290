import { join } from 'node:path';

/** Defined in the page before anything of its own. */
export interface Probe {
  /** Milliseconds since the navigation began, as soon as `condition` holds. */
  whenDrawn(condition: string): Promise<number>;
  /** Milliseconds from now to the last change of the element, when it has not changed for `quietMillis`; 0 where it did not. */
  untilQuiet(selector: string, quietMillis: number): Promise<number>;
}

/** The script that defines it. Plain JavaScript: nothing here but the explorer's page knows the DOM. */
export const PROBE_SCRIPT = join(import.meta.dir, 'in-page.js');

declare global {
  var benchProbe: Probe;
}
