import { useCallback, useMemo } from 'react';
import type uPlot from 'uplot';
import { dayAndTime, type TimeZone } from '../time/format-time.ts';
import { timeAxis, valueAxis } from './axes.ts';
import type { ChartTheme } from './chart-theme.ts';
import { tipPlugin } from './chart-tip.ts';
import { type ChartOptions, UplotChart } from './uplot-chart.tsx';

export interface Line {
  readonly name: string;
  /** The token of its colour, such as `series-3`. */
  readonly colour: string;
  /** One for each x; null where there is none. */
  readonly values: readonly (number | null)[];
  /** Fills the area under it, lightly. */
  readonly filled?: boolean;
  /** Pixels of ink and of gaps, where a line that it lies over is to be seen through it. */
  readonly dash?: readonly number[];
}

interface LineChartProps {
  readonly label: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /** Of the whole chart, also where there are no points. */
  readonly x?: { readonly min: number; readonly max: number };
  readonly format: (value: number) => string;
  readonly zone: TimeZone;
  readonly height: number;
  /** Whether the axis begins at 0. */
  readonly fromZero?: boolean;
  readonly sync?: string;
  readonly onZoom?: (from: number, to: number) => void;
}

/** Values over time. */
export function LineChart({ times, lines, format, zone, fromZero = true, ...rest }: LineChartProps) {
  const looks = lines
    .map(({ name, colour, filled, dash = [] }) => `${name}\0${colour}\0${filled ? 1 : ''}\0${dash.join()}`)
    .join('\n');
  const options = useCallback(
    (theme: ChartTheme) => lineOptions(theme, { looks, zone, format, fromZero }),
    [looks, zone, format, fromZero],
  );
  const data = useMemo(
    () => [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData,
    [times, lines],
  );
  return <UplotChart data={data} options={options} {...rest} />;
}

interface Look {
  readonly looks: string;
  readonly zone: TimeZone;
  readonly format: (value: number) => string;
  readonly fromZero: boolean;
}

/** So many rows fit into a tip. */
const TIP_ROWS = 12;

function lineOptions(theme: ChartTheme, { looks, zone, format, fromZero }: Look): ChartOptions {
  const lines =
    looks === ''
      ? []
      : looks.split('\n').map((text) => {
          const [name, token, filled, dash] = text.split('\0');
          return {
            name: name!,
            colour: theme.token(token!),
            filled: filled === '1',
            dash: dash === '' ? [] : dash!.split(',').map(Number),
          };
        });
  return {
    scales: {
      x: { time: false },
      y: { range: (_, min, max) => yRange(min, max, fromZero) },
    },
    axes: [timeAxis(theme, zone), valueAxis(theme, format)],
    series: [
      {},
      ...lines.map(({ colour, filled, dash }) => ({
        stroke: colour,
        width: 1.5,
        dash,
        spanGaps: false,
        points: { size: 4, fill: colour, width: 0 },
        ...(filled && { fill: `color-mix(in srgb, ${colour} 12%, transparent)` }),
      })),
    ],
    cursor: { y: false, points: { size: 6 } },
    plugins: [
      tipPlugin((plot, index) => {
        const rows = lines
          .map(({ name, colour }, line) => ({ name, colour, at: plot.data[line + 1]?.[index] }))
          .filter((row): row is typeof row & { at: number } => typeof row.at === 'number')
          .sort((a, b) => b.at - a.at);
        if (rows.length === 0) return undefined;
        return {
          head: dayAndTime(plot.data[0][index]!, zone),
          rows: rows.slice(0, TIP_ROWS).map(({ at, ...row }) => ({ ...row, value: format(at) })),
        };
      }),
    ],
  };
}

/** A little room above, and below where the axis does not begin at 0. Without values from 0 to 1. */
export function yRange(min: number | null, max: number | null, fromZero: boolean): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const low = fromZero && min >= 0 ? 0 : min;
  const room = (max - low || Math.abs(max) || 1) * 0.06;
  return [low === 0 ? 0 : low - room, max <= 0 && low === max ? Math.max(room, 1) : max + room];
}
