import { useMutation } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { metricName } from '../curves/metric-groups.ts';
import { chartPicture } from './chart-picture.ts';
import type { ChartScene } from './chart-scene.ts';
import type { DrawnLine } from './drawn-line.ts';
import { saveFile } from './save-file.ts';

interface Exported {
  readonly scene: ChartScene;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly lines: readonly DrawnLine[];
  /** Parts of the table. */
  readonly rows: () => Promise<BlobPart[]>;
}

/** A chart as a picture of what is seen, or its range as a table. */
export function useExport(metric: string, { scene: { looks }, canvas, lines, rows }: Exported) {
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
    mutationFn: async () => saveFile(`${name}.csv`, new Blob(await rows(), { type: 'text/csv' })),
  });
  return { picture, table };
}
