import { useMemo } from 'react';
import type { CatalogueEntry } from '../../metrics/metrics-query.ts';
import { SYNC, useChartScene } from '../chart/chart-scene.ts';
import { type ChartCardProps, DrawnCard } from '../chart/drawn-card.tsx';
import type { Extent } from '../curves/value-range.ts';
import { type Machine, shownOf } from './machine.ts';
import { machineCsv } from './machine-csv.ts';
import { useMachineLines } from './use-machine-lines.ts';

interface MachineCardProps extends ChartCardProps {
  readonly machine: Machine;
  readonly entry: CatalogueEntry;
}

/** The chart of what the machine did. */
export function MachineCard({ machine, entry, ...props }: MachineCardProps) {
  const scene = useChartScene();
  const { series, ...values } = useMachineLines(machine, entry, scene);
  const { format, unit } = useMemo(() => shownOf(entry), [entry]);
  const together = scene.settings.x === values.x;
  const { lines } = values;
  const notes = [
    ...(together ? [] : ['by time']),
    ...(series > lines.length && lines.length > 0 ? [`${lines.length} of ${series} series`] : []),
  ];
  return (
    <DrawnCard
      {...props}
      drawn={{
        ...values,
        attempts: [],
        note: notes.join(' · '),
        format,
        fromZero: true,
        // Where the others are by step, what is dragged over has no place in them but by time.
        sync: together ? SYNC : 'machine',
        onZoom: together ? scene.onZoom : (range: Extent) => scene.onZoom(range, 'time'),
        table: async () => [machineCsv(lines, unit)],
      }}
    />
  );
}
