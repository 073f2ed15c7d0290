/**
 * Runs in the page. Canvases are looked at by drawing them into a small one, which also shows what a worker painted through
 * an OffscreenCanvas; an SVG by the paths of its lines.
 */
(() => {
  const EVERY_MILLIS = 20;
  /** So long a drag may have no end, and its end no effect. */
  const NOTHING_MILLIS = 5_000;
  const small = document.createElement('canvas');
  small.width = 96;
  small.height = 64;
  const context = small.getContext('2d', { willReadFrequently: true });

  const pixelsOf = (canvas) => {
    context.clearRect(0, 0, small.width, small.height);
    if (canvas.width > 0 && canvas.height > 0) context.drawImage(canvas, 0, 0, small.width, small.height);
    return context.getImageData(0, 0, small.width, small.height).data;
  };
  const inView = (element) => {
    const { top, bottom, width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && bottom > 0 && top < innerHeight;
  };
  /** Those elements in view. */
  const all = (selector) => [...document.querySelectorAll(selector)].filter(inView);
  /** Whether a curve is on the canvas: axes and grids are grey. */
  const painted = (canvas) => {
    const data = pixelsOf(canvas);
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b, a] = [data[i], data[i + 1], data[i + 2], data[i + 3]];
      if (a > 40 && Math.max(r, g, b) - Math.min(r, g, b) > 20) coloured++;
    }
    return coloured > 40;
  };
  /** Whether the path is a curve of many points. */
  const long = (path) => (path.getAttribute('d') ?? '').length > 400;
  const rows = (selector, text) => all(selector).filter((row) => row.textContent?.includes(text)).length >= 5;

  const holds = (condition) =>
    new Function('all', 'painted', 'long', 'rows', `return (${condition});`).bind(
      undefined,
      all,
      painted,
      long,
      rows,
    );
  const stateOf = (selector) => {
    const chart = all(selector)[0];
    if (chart === undefined) return '';
    const canvases = chart instanceof HTMLCanvasElement ? [chart] : [...chart.querySelectorAll('canvas')];
    // A rectangle that is dragged over is a short path.
    const paths = [...chart.querySelectorAll('path')].filter(long).map((path) => path.getAttribute('d'));
    let hash = 0;
    for (const canvas of canvases) for (const value of pixelsOf(canvas)) hash = (hash * 31 + value) | 0;
    return `${hash} ${paths.join(' ')}`;
  };
  /** After the frame that shows it. */
  const next = () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), EVERY_MILLIS));

  let watched;

  globalThis.benchProbe = {
    async whenDrawn(condition) {
      const drawn = holds(condition);
      while (!drawn()) await next();
      return performance.now();
    },
    watchRelease(selector, quietMillis) {
      let released;
      const hear = ({ timeStamp }) => {
        released = timeStamp;
      };
      addEventListener('mouseup', hear, { capture: true, once: true });
      const began = performance.now();
      const isOver = (now, last) =>
        last === undefined ? now - (released ?? began) > NOTHING_MILLIS : now - last > quietMillis;
      const watch = async () => {
        let state = stateOf(selector);
        let [first, last] = [undefined, undefined];
        while (!isOver(performance.now(), last)) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          const now = stateOf(selector);
          if (now === state) continue;
          state = now;
          // Until then a rectangle goes with the pointer.
          if (released === undefined) continue;
          last = performance.now();
          first ??= last;
        }
        return first === undefined ? undefined : { first: first - released, last: last - released };
      };
      watched = watch();
    },
    changes: () => watched,
  };
})();
