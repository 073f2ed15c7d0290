import { seriesToken } from '../../charts/chart-theme.ts';
import { type Group, toCurves } from '../../metrics/metric-question.ts';
import type { DrawnLine } from '../chart/drawn-line.ts';
import type { Curve } from '../curves/curve.ts';
import { smoothed } from '../curves/smooth.ts';
import { type Extent, indexesWithin } from '../curves/value-range.ts';

export interface MachineValues {
  readonly groups: readonly Group[];
  /** Milliseconds. */
  readonly step: number;
}

export interface MachineLook {
  readonly metric: string;
  readonly run: { readonly id: string; readonly name: string };
  /** Keys of what names a line, as the groups have them. */
  readonly keys: readonly string[];
  readonly by: 'time' | 'relative';
  /** From when the run began; no point lies outside. */
  readonly whole: Extent;
  /** What is shown of it, in the terms of `by`; by default all. */
  readonly range?: Extent | undefined;
  /** From 0 to less than 1. */
  readonly weight: number;
}

/** So many lines can still be told apart. */
export const MOST_LINES = 40;
/** Longer texts, such as the ids of GPUs, are told by their ends. */
const LONG = 18;
const COLOURS = 10;

/** A line for each series. A point lies in the middle of its step. */
export function machineLines(
  { groups, step }: MachineValues,
  look: MachineLook,
): { readonly lines: readonly DrawnLine[]; readonly series: number } {
  const named = groups.map((group) => ({
    ...group,
    group: group.group.map((value, index) => shortName(look.keys[index]!, value)),
  }));
  const { times, curves } = toCurves(named);
  const lines = curves.slice(0, MOST_LINES).map(({ name, values }, index): DrawnLine => {
    const curve = curveOf(name, times, values, step, look);
    return {
      name: curves.length === 1 && name === 'all' ? look.run.name : name,
      curve,
      colour: seriesToken(index),
      dashed: index >= COLOURS,
      faint: false,
      smooth: look.weight > 0 ? smoothed(curve.last, look.weight) : undefined,
    };
  });
  return { lines: lines.filter(({ curve }) => curve.x.length > 0), series: curves.length };
}

function shortName(key: string, value: string): string {
  if (key === 'rank' && value !== '') return `rank ${value}`;
  return value.length > LONG ? `${value.slice(0, 8)}…${value.slice(-6)}` : value;
}

function curveOf(
  name: string,
  times: readonly number[],
  values: readonly (number | null)[],
  step: number,
  { metric, run, by, whole, range }: MachineLook,
): Curve {
  const points = values.flatMap((value, index) => {
    const at = Math.min(Math.max(times[index]! + step / 2, whole.min), whole.max);
    return value === null ? [] : [{ at, x: by === 'time' ? at : at - whole.min, value }];
  });
  const all = points.map((point) => point.x);
  const seen = range === undefined ? points : points.slice(...indexesWithin({ x: all, xLast: all }, range));
  const time = seen.map(({ at }) => at);
  const x = seen.map((point) => point.x);
  const shown = seen.map(({ value }) => value);
  return {
    run: run.id,
    metric,
    series: name,
    rank: undefined,
    unit: '',
    by,
    exact: true,
    attempts: [],
    attempt: undefined,
    x,
    xLast: x,
    first: shown,
    last: shown,
    min: shown,
    max: shown,
    time,
    timeLast: time,
    notFinite: shown.map(() => 0),
    off: 0,
  };
}
