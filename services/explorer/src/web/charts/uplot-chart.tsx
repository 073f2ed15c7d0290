import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useTheme } from '../shell/theme.ts';
import { type ChartTheme, readChartTheme } from './chart-theme.ts';
import { dragZoom } from './drag-zoom.ts';
import { fitWidth, widthIn } from './fit-width.ts';

/** What a chart adds to what all of them have. Width and height are the wrapper's. */
export type ChartOptions = Omit<uPlot.Options, 'width' | 'height'>;

export interface UplotChartProps {
  /** Its name, such as `Log records over time`. */
  readonly label: string;
  /** What there is to see, in a sentence, for those who do not see it. */
  readonly description: string;
  readonly data: uPlot.AlignedData;
  /**
   * Makes the options. Made anew, the chart is too, which costs ten times what new data cost: keep the function the same
   * (`useCallback`) while only the data change.
   */
  readonly options: (theme: ChartTheme) => ChartOptions;
  /** Pixels. */
  readonly height: number;
  /** The range of x; by default that of the data. */
  readonly x?: { readonly min: number; readonly max: number } | undefined;
  /** Charts of one key show their cursor at the same x. */
  readonly sync?: string;
  /** A range was dragged over. Values of x. */
  readonly onZoom?: (from: number, to: number) => void;
  /** A click, which is not the end of a drag, with the index that the cursor is at. */
  readonly onPick?: (plot: uPlot, index: number) => void;
  readonly className?: string;
}

/** uPlot in React: themed, as wide as its place, told of new data without being made anew, and with a name. */
export function UplotChart(props: UplotChartProps) {
  const { label, description, data, options, height, x, sync, className = '' } = props;
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const described = useId();

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme stands for the colours that are read from the document
  useLayoutEffect(() => {
    const element = place.current!;
    const own = options(readChartTheme());
    const made = new uPlot(
      {
        // Half a label above: uPlot's own choice is three times as much, which small charts have not got.
        padding: [8, null, null, null],
        ...own,
        width: widthIn(element),
        height,
        legend: { show: false },
        cursor: {
          ...own.cursor,
          drag: { x: props.onZoom !== undefined, y: false, setScale: false, ...own.cursor?.drag },
          ...(sync !== undefined && { sync: { key: sync, setSeries: false } }),
        },
        plugins: [
          ...(own.plugins ?? []),
          dragZoom(
            ({ min, max }) => latest.current.onZoom?.(min, max),
            (u) => {
              const { idx } = u.cursor;
              if (idx !== null && idx !== undefined) latest.current.onPick?.(u, idx);
            },
          ),
        ],
      },
      latest.current.data,
      element,
    );
    plot.current = made;
    const end = fitWidth(made, element);
    return () => {
      end();
      made.destroy();
      plot.current = undefined;
    };
  }, [options, theme, sync, height]);

  const min = x?.min;
  const max = x?.max;
  useEffect(() => {
    const made = plot.current;
    if (made === undefined) return;
    made.batch(() => {
      if (made.data !== data) made.setData(data, min === undefined);
      if (min !== undefined && max !== undefined) made.setScale('x', { min, max });
    });
  });

  return (
    <figure className={`chart ${className}`} aria-labelledby={described}>
      <div ref={place} style={{ height }} />
      <figcaption id={described} className="visually-hidden">
        {label}. {description}
      </figcaption>
    </figure>
  );
}
