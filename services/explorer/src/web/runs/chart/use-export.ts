import { useMutation } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { loadCurves, MOST_RUNS } from '../curves/curve.ts';
import { curvesCsv } from '../curves/curve-csv.ts';
import { metricName } from '../curves/metric-groups.ts';
import { chartPicture } from './chart-picture.ts';
import type { ChartScene } from './chart-scene.ts';
import type { DrawnLine } from './drawn-line.ts';
import { saveFile } from './save-file.ts';

/** As many as one answer may have: runs with fewer points have every one of them in the file. */
const MOST_POINTS = 10_000;

/** A chart as a picture of what is seen, or its range as a table of every point. */
export function useExport(
  metric: string,
  { looks, settings: { x, range } }: ChartScene,
  canvas: RefObject<HTMLCanvasElement | null>,
  lines: readonly DrawnLine[],
) {
  const name = [metricName(metric), ...(looks.length === 1 ? [looks[0]!.id] : [])].join('-');
  const picture = useMutation({
    mutationFn: async () => {
      if (canvas.current === null) return;
      const legend = lines.filter(({ faint }) => !faint);
      const title = looks.length === 1 ? `${metricName(metric)} · ${looks[0]!.name}` : metricName(metric);
      saveFile(`${name}.png`, await chartPicture(canvas.current, { title, legend }));
    },
  });
  const table = useMutation({
    mutationFn: async () => {
      const ids = looks.map(({ id }) => id);
      const parts: string[] = [];
      for (let at = 0; at < ids.length; at += MOST_RUNS) {
        const runs = ids.slice(at, at + MOST_RUNS);
        const { min: from, max: to } = range ?? {};
        const asked = { runs, metrics: [metric], x, points: MOST_POINTS, values: 'exact', from, to } as const;
        parts.push(curvesCsv((await loadCurves(asked)).curves, { head: at === 0 }));
      }
      saveFile(`${name}.csv`, new Blob(parts, { type: 'text/csv' }));
    },
  });
  return { picture, table };
}
