import { SERIES_COLOURS, seriesToken } from '../charts/chart-theme.ts';
import type { RunLook } from './chart/drawn-line.ts';

/** A colour for each run by its place, the same on every chart; after ten they come again, dashed. */
export function runLooks(runs: readonly { readonly id: string; readonly name: string }[]): RunLook[] {
  return runs.map(({ id, name }, index) => ({
    id,
    name,
    colour: seriesToken(index),
    dashed: Math.floor(index / SERIES_COLOURS) % 2 === 1,
  }));
}
