import type uPlot from 'uplot';

const LEAST = 40;

/** Of a chart in its place, pixels. */
export function widthIn(place: HTMLElement): number {
  return Math.max(place.clientWidth, LEAST);
}

/** Keeps a chart as wide as its place. @returns ends it */
export function fitWidth(plot: uPlot, place: HTMLElement): () => void {
  const sized = new ResizeObserver(() => {
    const width = widthIn(place);
    if (width !== plot.width) plot.setSize({ width, height: plot.height });
  });
  sized.observe(place);
  return () => sized.disconnect();
}
