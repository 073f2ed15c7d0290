import type uPlot from 'uplot';

/** Pixels; less is a click with an unsteady hand. */
const LEAST_DRAG = 5;

/** Tells of a range of x that was dragged over, and of clicks that are not the end of a drag. */
export function dragZoom(
  onZoom: (range: { readonly min: number; readonly max: number }) => void,
  onClick: (plot: uPlot) => void,
): uPlot.Plugin {
  let dragged = false;
  return {
    hooks: {
      init: (u) => {
        u.over.addEventListener('mousedown', () => {
          dragged = false;
          followBeyond(u);
        });
        u.over.addEventListener('click', () => {
          if (!dragged) onClick(u);
        });
      },
      setSelect: (u) => {
        const { left, width } = u.select;
        if (width < LEAST_DRAG) return;
        dragged = true;
        const [min, max] = [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')];
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        if (max > min) onZoom({ min, max });
      },
    },
  };
}

/**
 * A drag that leaves the chart by its upper or lower edge goes on where the pointer is: uPlot takes it to have gone to the end.
 */
function followBeyond(u: uPlot): void {
  const { left, top, width, height } = u.over.getBoundingClientRect();
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const follow = ({ target, clientX, clientY }: MouseEvent) => {
    if (target !== u.over)
      u.setCursor({ left: within(clientX - left, width), top: within(clientY - top, height) });
  };
  document.addEventListener('mousemove', follow);
  document.addEventListener('mouseup', () => document.removeEventListener('mousemove', follow), {
    capture: true,
    once: true,
  });
}
