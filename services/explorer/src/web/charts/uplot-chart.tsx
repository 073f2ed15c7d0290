import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useTheme } from '../shell/theme.ts';
import { type ChartTheme, readChartTheme } from './chart-theme.ts';

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

/** Pixels; less is a click with an unsteady hand. */
const LEAST_DRAG = 5;

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
    let dragged = false;
    const made = new uPlot(
      {
        // Half a label above: uPlot's own choice is three times as much, which small charts have not got.
        padding: [8, null, null, null],
        ...own,
        width: Math.max(element.clientWidth, 40),
        height,
        legend: { show: false },
        cursor: {
          ...own.cursor,
          drag: { x: props.onZoom !== undefined, y: false, setScale: false, ...own.cursor?.drag },
          ...(sync !== undefined && { sync: { key: sync, setSeries: false } }),
        },
        hooks: {
          ...own.hooks,
          setSelect: [
            ...(own.hooks?.setSelect ?? []),
            (u) => {
              if (u.select.width < LEAST_DRAG) return;
              dragged = true;
              const from = u.posToVal(u.select.left, 'x');
              const to = u.posToVal(u.select.left + u.select.width, 'x');
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              latest.current.onZoom?.(from, to);
            },
          ],
        },
      },
      latest.current.data,
      element,
    );
    made.over.addEventListener('mousedown', () => {
      dragged = false;
    });
    made.over.addEventListener('click', () => {
      const index = made.cursor.idx;
      if (!dragged && index !== null && index !== undefined) latest.current.onPick?.(made, index);
    });
    plot.current = made;
    const sized = new ResizeObserver(() => {
      const width = Math.max(element.clientWidth, 40);
      if (width !== made.width) made.setSize({ width, height: made.height });
    });
    sized.observe(element);
    return () => {
      sized.disconnect();
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
