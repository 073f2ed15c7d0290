import { memo } from 'react';
import { formatNumber } from '../../ui/format-number.ts';
import { MachineCard } from '../machine/machine-card.tsx';
import { SYNC, useChartScene } from './chart-scene.ts';
import { curvesTable } from './curves-table.ts';
import { type ChartCardProps, DrawnCard } from './drawn-card.tsx';
import { useLines } from './use-lines.ts';

/** The chart of one metric of a scene: a curve of training, or what the machine did meanwhile. */
export const ChartCard = memo(function ChartCard(props: ChartCardProps) {
  const { machine } = useChartScene();
  const entry = machine?.entries.get(props.metric);
  if (machine === undefined || entry === undefined) return <CurveCard {...props} />;
  return <MachineCard {...props} machine={machine} entry={entry} />;
});

function CurveCard(props: ChartCardProps) {
  const scene = useChartScene();
  const { x, range } = scene.settings;
  const curves = useLines(props.metric, scene);
  const unit = curves.lines.find(({ faint }) => !faint)?.curve.unit.replace(/[{}]/g, '') ?? '';
  return (
    <DrawnCard
      {...props}
      drawn={{
        ...curves,
        x,
        range,
        note: unit === '1' ? '' : unit,
        format: formatNumber,
        fromZero: false,
        sync: SYNC,
        onZoom: scene.onZoom,
        table: () => curvesTable(props.metric, scene),
      }}
    />
  );
}
