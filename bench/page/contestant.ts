/** One page of a contestant, and what is to be seen on it. */
export interface View {
  readonly url: string;
  /**
   * An expression in the page, over the helpers of `probe.ts`: true from the frame on in which the first chart shows its
   * curve, or the list its first rows.
   */
  readonly drawn: string;
  /** A selector of the element whose change ends a zoom: the first in view, where several fit. Missing where none is measured. */
  readonly chart?: string;
}

/** A server with both pages over the same data. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  /** The long run with its curves. */
  readonly run: View;
  /** The list of short runs. */
  readonly list: View;
}
