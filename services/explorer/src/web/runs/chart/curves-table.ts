import { loadCurves } from '../curves/curve.ts';
import { curvesCsv } from '../curves/curve-csv.ts';
import type { ChartScene } from './chart-scene.ts';

/** As many as one answer may have: runs with fewer points have every one of them in the file. */
const MOST_POINTS = 10_000;
/** Of one answer: it may have so many points of each. */
const RUNS = 20;

/** The curves of a metric in the range of a scene, as parts of one table. */
export async function curvesTable(
  metric: string,
  { looks, settings: { x, range } }: Pick<ChartScene, 'looks' | 'settings'>,
): Promise<string[]> {
  const ids = looks.map(({ id }) => id);
  const parts: string[] = [];
  for (let at = 0; at < ids.length; at += RUNS) {
    const runs = ids.slice(at, at + RUNS);
    const { min: from, max: to } = range ?? {};
    const asked = { runs, metrics: [metric], x, points: MOST_POINTS, values: 'exact', from, to } as const;
    parts.push(curvesCsv((await loadCurves(asked)).curves, { head: at === 0 }));
  }
  return parts;
}
