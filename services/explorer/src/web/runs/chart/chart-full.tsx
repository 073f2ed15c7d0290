import { useEffect, useState } from 'react';
import { useShortcuts } from '../../shell/shortcuts.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { metricName } from '../curves/metric-groups.ts';
import { ChartCard } from './chart-card.tsx';

interface ChartFullProps {
  readonly metric: string;
  readonly metrics: readonly string[];
  readonly onChange: (metric: string | undefined) => void;
}

/** Of the window, for the head and the legend. */
const REST = 220;

/** One chart as large as the window. */
export function ChartFull({ metric, metrics, onChange }: ChartFullProps) {
  const [height, setHeight] = useState(() => innerHeight - REST);
  useEffect(() => {
    const look = () => setHeight(innerHeight - REST);
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  }, []);
  const index = metrics.indexOf(metric);
  const go = (by: number) => onChange(metrics[(index + by + metrics.length) % metrics.length]);
  useShortcuts([
    { keys: 'ArrowRight', label: 'Next chart', run: () => go(1), group: 'Charts' },
    { keys: 'ArrowLeft', label: 'Previous chart', run: () => go(-1), group: 'Charts' },
  ]);
  return (
    <Dialog title={metricName(metric)} className="chart-full" open onClose={() => onChange(undefined)}>
      <ChartCard metric={metric} height={Math.max(240, height)} full />
    </Dialog>
  );
}
