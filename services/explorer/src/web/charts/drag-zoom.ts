import type uPlot from 'uplot';

/** Pixels; less is a click with an unsteady hand. */
const LEAST_DRAG = 5;

/** Tells of a range of x that was dragged over, and of clicks that are not the end of a drag. */
export function dragZoom(
  onZoom: (range: { readonly min: number; readonly max: number }) => void,
  onClick: (plot: uPlot) => void,
): uPlot.Plugin {
  let dragged = false;
  /** Charts that go with the one that is dragged over are selected in, too. */
  let pressed = false;
  const release = () => {
    pressed = false;
  };
  return {
    hooks: {
      init: (u) => {
        u.over.addEventListener('mousedown', () => {
          dragged = false;
          pressed = true;
          // What is selected is told on the way up.
          followBeyond(u, () => setTimeout(release));
        });
        u.over.addEventListener('click', () => {
          if (!dragged) onClick(u);
        });
      },
      setSelect: (u) => {
        const { left, width } = u.select;
        if (width < LEAST_DRAG) return;
        const [min, max] = [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')];
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        if (!pressed) return;
        dragged = true;
        if (max > min) onZoom({ min, max });
      },
    },
  };
}

/**
 * A drag that leaves the chart by its upper or lower edge goes on where the pointer is: uPlot takes it to have gone to the end.
 */
function followBeyond(u: uPlot, onEnd: () => void): void {
  const { left, top, width, height } = u.over.getBoundingClientRect();
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  // Its types leave out what tells the charts that go with it.
  const move: (at: { left: number; top: number }, fireHook: boolean, publish: boolean) => void = u.setCursor;
  const follow = ({ target, clientX, clientY }: MouseEvent) => {
    const at = { left: within(clientX - left, width), top: within(clientY - top, height) };
    if (target !== u.over) move(at, true, true);
  };
  document.addEventListener('mousemove', follow);
  const end = () => {
    document.removeEventListener('mousemove', follow);
    onEnd();
  };
  document.addEventListener('mouseup', end, { capture: true, once: true });
}
