/** How much there is to show. */
export interface Scale {
  /** Steps of the long run, of nine metrics each. */
  readonly steps: number;
  /** Short runs in the list. */
  readonly runs: number;
}
