import { useCallback, useMemo } from 'react';
import type uPlot from 'uplot';
import { dayAndTime, type TimeZone } from '../time/format-time.ts';
import { timeAxis, valueAxis } from './axes.ts';
import type { ChartTheme } from './chart-theme.ts';
import { tipPlugin } from './chart-tip.ts';
import { type ChartOptions, UplotChart } from './uplot-chart.tsx';

export interface Dot {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** More than 0: the axis is logarithmic. */
  readonly value: number;
  readonly name: string;
  readonly bad: boolean;
}

interface ScatterProps {
  readonly label: string;
  readonly description: string;
  /** In order of time. */
  readonly dots: readonly Dot[];
  readonly x: { readonly min: number; readonly max: number };
  readonly format: (value: number) => string;
  readonly zone: TimeZone;
  readonly height: number;
  readonly onZoom?: (from: number, to: number) => void;
  /** The index of the dot that was clicked. */
  readonly onPick?: (index: number) => void;
}

/** Pixels around a dot in which a click means it. */
const REACH = 24;

/** Dots over time, what went wrong in red. */
export function Scatter({ dots, format, zone, onPick, ...rest }: ScatterProps) {
  const data = useMemo(
    () =>
      [
        dots.map(({ time }) => time),
        dots.map(({ value, bad }) => (bad ? null : value)),
        dots.map(({ value, bad }) => (bad ? value : null)),
      ] as uPlot.AlignedData,
    [dots],
  );
  const options = useCallback(
    (theme: ChartTheme) => scatterOptions(theme, { dots, format, zone }),
    [dots, format, zone],
  );
  return (
    <UplotChart
      data={data}
      options={options}
      {...rest}
      {...(onPick && {
        onPick: (plot: uPlot) => {
          const nearest = nearestDot(plot);
          if (nearest !== undefined) onPick(nearest);
        },
      })}
    />
  );
}

function scatterOptions(
  theme: ChartTheme,
  { dots, format, zone }: Pick<ScatterProps, 'dots' | 'format' | 'zone'>,
): ChartOptions {
  const points = (colour: string) => ({
    stroke: colour,
    paths: () => null,
    points: {
      show: true,
      size: 6,
      width: 1,
      stroke: colour,
      fill: `color-mix(in srgb, ${colour} 55%, transparent)`,
    },
  });
  return {
    scales: {
      x: { time: false },
      y: { distr: 3, range: (_, min, max) => (max > 0 ? [Math.max(1, min * 0.7), max * 1.4] : [1, 10]) },
    },
    axes: [
      timeAxis(theme, zone),
      {
        ...valueAxis(theme, format),
        splits: (_, __, min, max) => powersOfTen(min, max),
        filter: (_, splits) => splits,
      },
    ],
    series: [{}, points(theme.series(0)), points(theme.bad)],
    cursor: { y: false, points: { show: false }, dataIdx: (plot, _, index) => nearestDot(plot) ?? index },
    plugins: [
      tipPlugin((plot) => {
        const index = nearestDot(plot);
        const dot = index === undefined ? undefined : dots[index];
        plot.over.style.cursor = dot === undefined ? '' : 'pointer';
        if (dot === undefined) return undefined;
        const colour = dot.bad ? theme.bad : theme.series(0);
        return {
          head: dayAndTime(dot.time, zone),
          rows: [{ colour, name: dot.name, value: format(dot.value) }],
        };
      }),
    ],
  };
}

/** Those within the bounds: the lines of a logarithmic axis. */
export function powersOfTen(min: number, max: number): number[] {
  const first = Math.ceil(Math.log10(min) - 1e-9);
  const last = Math.floor(Math.log10(max) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => 10 ** (first + index));
}

function nearestDot(plot: uPlot): number | undefined {
  const { left = -1, top = -1 } = plot.cursor;
  if (left < 0) return undefined;
  const [times, good, bad] = plot.data;
  let nearest: number | undefined;
  let least = REACH ** 2;
  times.forEach((time, index) => {
    const value = good?.[index] ?? bad?.[index];
    if (value === null || value === undefined) return;
    const distance = (plot.valToPos(time, 'x') - left) ** 2 + (plot.valToPos(value, 'y') - top) ** 2;
    if (distance >= least) return;
    least = distance;
    nearest = index;
  });
  return nearest;
}
