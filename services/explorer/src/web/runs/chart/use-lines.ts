import { useMemo } from 'react';
import { xAtTime } from '../curves/at-x.ts';
import type { Curve } from '../curves/curve.ts';
import { useReadAhead } from '../curves/read-ahead.ts';
import { useCurves } from '../curves/use-curves.ts';
import type { ChartScene } from './chart-scene.ts';
import { abandonedLines, linesOf } from './drawn-line.ts';

/** What a chart of a metric draws, and what it is still waiting for. */
export function useLines(metric: string, scene: ChartScene) {
  const { looks, settings, curvesOf, abandoned, at } = scene;
  const standing = useCurves(curvesOf, metric);
  const every = useCurves(abandoned ?? curvesOf, metric, { enabled: abandoned !== undefined });
  useReadAhead(scene.finer, metric, standing.isPlaceholderData ? undefined : standing.data);
  const curves = standing.data?.curves;
  const gone = abandoned === undefined ? undefined : every.data?.curves;
  const { weight } = settings;
  const lines = useMemo(
    () => [...abandonedLines(gone ?? [], { looks, weight }), ...linesOf(curves ?? [], { looks, weight })],
    [gone, curves, looks, weight],
  );
  const attempts = useMemo(() => (looks.length === 1 ? attemptsOf(curves ?? []) : []), [looks, curves]);
  const marked = useMemo(() => markOf(curves ?? [], at), [curves, at]);
  return { lines, attempts, at: marked, error: standing.error, pending: standing.data === undefined };
}

/** Where attempts after the first begin, as values of x. */
function attemptsOf(curves: readonly Curve[]): number[] {
  const begins = curves.flatMap((curve) =>
    curve.attempts.slice(1).map(({ step, epoch, time }) => {
      if (curve.by === 'step') return step;
      if (curve.by === 'epoch') return epoch;
      return curve.by === 'time' ? time : xAtTime(curve, time);
    }),
  );
  return [...new Set(begins)].filter((x) => x !== undefined);
}

/** Where a moment is, as an x of the first curve that it lies in. */
export function markOf(curves: readonly Curve[], at: number | undefined): number | undefined {
  if (at === undefined) return undefined;
  return curves.map((curve) => xAtTime(curve, at)).find((x) => x !== undefined);
}
