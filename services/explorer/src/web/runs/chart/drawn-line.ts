import type { Curve } from '../curves/curve.ts';
import { smoothed } from '../curves/smooth.ts';

/** A curve as a chart draws it. */
export interface DrawnLine {
  /** Names it on its chart: of whom it is. */
  readonly name: string;
  readonly curve: Curve;
  /** The token of its colour. */
  readonly colour: string;
  readonly dashed: boolean;
  /** Of an attempt that a later one went over. */
  readonly faint: boolean;
  /** The last value of each bucket, smoothed; undefined where nothing is. */
  readonly smooth: readonly number[] | undefined;
}

/** What tells the lines of a run from those of others. */
export interface RunLook {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly dashed: boolean;
}

interface LinesOptions {
  readonly looks: readonly RunLook[];
  /** From 0 to less than 1. */
  readonly weight: number;
}

/** Lines of the curves of a metric: of one run a colour for each rank, of several a colour for each run. */
export function linesOf(curves: readonly Curve[], { looks, weight }: LinesOptions): DrawnLine[] {
  const byRun = new Map(looks.map((look) => [look.id, look]));
  const single = looks.length === 1;
  const ranks = [...new Set(curves.map(({ rank }) => rank))];
  const last = new Map<string, number>();
  for (const { run, series, attempt } of curves)
    if (attempt !== undefined)
      last.set(`${run} ${series}`, Math.max(attempt, last.get(`${run} ${series}`) ?? 0));
  return curves.flatMap((curve) => {
    const look = byRun.get(curve.run);
    if (look === undefined) return [];
    const index = ranks.indexOf(curve.rank);
    return [
      {
        name: nameOf(look.name, curve, { single, ranks: ranks.length }),
        curve,
        colour: single && ranks.length > 1 ? `series-${index % 10}` : look.colour,
        dashed: single ? index >= 10 : look.dashed,
        faint: false,
        smooth: weight > 0 ? smoothed(curve.last, weight) : undefined,
      },
    ];
  });
}

/** The same of curves of every attempt: those that a later one went over, to lie under what stands. */
export function abandonedLines(curves: readonly Curve[], options: LinesOptions): DrawnLine[] {
  return linesOf(
    curves.filter(({ attempt }) => attempt !== undefined),
    { ...options, weight: 0 },
  ).map((line) => ({ ...line, name: `${line.name}, attempt ${line.curve.attempt! + 1}`, faint: true }));
}

function nameOf(run: string, { rank }: Curve, { single, ranks }: { single: boolean; ranks: number }): string {
  if (rank === undefined || ranks < 2) return run;
  return single ? `rank ${rank}` : `${run} · rank ${rank}`;
}
