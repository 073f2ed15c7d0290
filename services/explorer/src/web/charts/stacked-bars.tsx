import { useCallback, useMemo } from 'react';
import uPlot from 'uplot';
import { dayAndTime, type TimeZone } from '../time/format-time.ts';
import { formatCount, formatNumber } from '../ui/format-number.ts';
import { timeAxis, valueAxis } from './axes.ts';
import type { ChartTheme } from './chart-theme.ts';
import { tipPlugin } from './chart-tip.ts';
import { type ChartOptions, UplotChart } from './uplot-chart.tsx';

export interface BarLayer {
  readonly name: string;
  /** The token of its colour. */
  readonly colour: string;
  /** One for each bucket. */
  readonly counts: readonly number[];
}

interface StackedBarsProps {
  readonly label: string;
  readonly description: string;
  /** When each bucket begins, milliseconds since 1970, and when the last one ends. */
  readonly times: readonly number[];
  readonly end: number;
  /** From the bottom up. */
  readonly layers: readonly BarLayer[];
  readonly zone: TimeZone;
  readonly height: number;
  readonly onZoom?: (from: number, to: number) => void;
}

/** How many of each kind over time. */
export function StackedBars({
  label,
  description,
  times,
  end,
  layers,
  zone,
  height,
  onZoom,
}: StackedBarsProps) {
  const names = layers.map(({ name, colour }) => `${name}\0${colour}`).join('\n');
  const options = useCallback((theme: ChartTheme) => barOptions(theme, names, zone), [names, zone]);
  const data = useMemo(() => stackedData(times, layers), [times, layers]);
  const x = useMemo(() => ({ min: times[0] ?? 0, max: end }), [times, end]);
  return (
    <UplotChart
      label={label}
      description={description}
      data={data}
      options={options}
      height={height}
      x={x}
      {...(onZoom && { onZoom })}
    />
  );
}

/** Each layer on top of those before it, the highest first: the lower ones are painted over it. */
export function stackedData(times: readonly number[], layers: readonly BarLayer[]): uPlot.AlignedData {
  const sums = new Array<number>(times.length).fill(0);
  const stacked = layers.map(({ counts }) =>
    counts.map((count, index) => (sums[index] = sums[index]! + count)),
  );
  return [times as number[], ...stacked.toReversed()];
}

function barOptions(theme: ChartTheme, names: string, zone: TimeZone): ChartOptions {
  const layers = (names === '' ? [] : names.split('\n')).map((line) => {
    const [name, colour] = line.split('\0');
    return { name: name!, colour: theme.token(colour!) };
  });
  const bars = uPlot.paths.bars!({ size: [0.86, 60, 1], align: 1, gap: 0 });
  return {
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1] } },
    axes: [timeAxis(theme, zone), { ...valueAxis(theme, formatNumber), space: 24 }],
    series: [
      {},
      ...layers.toReversed().map(({ colour }) => ({
        stroke: colour,
        fill: colour,
        width: 0,
        paths: bars,
        points: { show: false },
      })),
    ],
    cursor: { y: false, points: { show: false } },
    plugins: [tipPlugin((plot, index) => barTip(plot, index, layers, zone))],
  };
}

function barTip(
  plot: uPlot,
  index: number,
  layers: readonly { name: string; colour: string }[],
  zone: TimeZone,
) {
  const at = plot.data[0][index];
  if (at === undefined) return undefined;
  const sums = plot.data
    .slice(1)
    .toReversed()
    .map((series) => series[index] ?? 0);
  const rows = layers.map(({ name, colour }, layer) => ({
    name,
    colour,
    count: sums[layer]! - (sums[layer - 1] ?? 0),
  }));
  return {
    head: dayAndTime(at, zone),
    rows: rows
      .filter(({ count }) => count > 0)
      .reverse()
      .map(({ count, ...row }) => ({ ...row, value: formatCount(count) })),
  };
}
