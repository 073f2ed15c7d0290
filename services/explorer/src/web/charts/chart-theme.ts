/** The colours of a chart, as the theme that is shown has them: a canvas knows no CSS variables. */
export interface ChartTheme {
  readonly axis: string;
  readonly grid: string;
  readonly accent: string;
  readonly bad: string;
  readonly font: string;
  /** The value of any colour token, by its name without the dashes: `sev-error`. */
  token(name: string): string;
  /** Of the series of this number; there are ten, then they come again. */
  series(index: number): string;
}

export const SERIES_COLOURS = 10;

/** The token of a series' colour, for CSS. */
export function seriesToken(index: number): string {
  return `series-${((index % SERIES_COLOURS) + SERIES_COLOURS) % SERIES_COLOURS}`;
}

export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    axis: token('chart-axis'),
    grid: token('chart-grid'),
    accent: token('accent'),
    bad: token('bad'),
    font: `11px ${token('font')}`,
    token,
    series: (index) => token(seriesToken(index)),
  };
}

/** The same number for the same name on every chart and every visit, so that a service keeps its colour (FNV-1a). */
export function colourIndex(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % SERIES_COLOURS;
}
