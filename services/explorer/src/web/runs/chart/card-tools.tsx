import { Button, IconButton } from '../../ui/button.tsx';
import { Popover } from '../../ui/popover.tsx';
import { metricName } from '../curves/metric-groups.ts';
import type { ChartScene } from './chart-scene.ts';
import type { DrawnLine } from './drawn-line.ts';
import { useExport } from './use-export.ts';

interface CardToolsProps {
  readonly metric: string;
  readonly scene: ChartScene;
  readonly canvas: React.RefObject<HTMLCanvasElement | null>;
  readonly lines: readonly DrawnLine[];
  /** Its range as a table of every point, or of every point that is drawn: files of CSV, one after the other. */
  readonly table: () => Promise<BlobPart[]>;
  readonly full?: boolean;
}

/** What can be done with a chart. */
export function CardTools({ metric, scene, canvas, lines, table: rows, full = false }: CardToolsProps) {
  const { picture, table } = useExport(metric, { scene, canvas, lines, rows });
  const pinned = scene.pinned.has(metric);
  const name = metricName(metric);
  const exports = (
    <>
      <Button kind="quiet" icon="download" onClick={() => picture.mutate()}>
        PNG
      </Button>
      <Button kind="quiet" icon="download" disabled={table.isPending} onClick={() => table.mutate()}>
        CSV
      </Button>
    </>
  );
  if (full) return <div className="chart-tools">{exports}</div>;
  return (
    <div className="chart-tools" data-pinned={pinned || undefined}>
      <IconButton
        icon="pin"
        label={pinned ? `Unpin ${name}` : `Pin ${name}`}
        aria-pressed={pinned}
        onClick={() => scene.onPin(metric)}
      />
      <Popover
        label={`Export ${name}`}
        align="end"
        trigger={<IconButton icon="download" label={`Export ${name}`} />}
      >
        <div className="chart-exports">{exports}</div>
      </Popover>
      <IconButton icon="expand" label={`${name} in full`} onClick={() => scene.onFull(metric)} />
    </div>
  );
}
