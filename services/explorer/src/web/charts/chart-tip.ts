import type uPlot from 'uplot';

export interface TipRow {
  readonly colour: string;
  readonly name: string;
  readonly value: string;
}

export interface Tip {
  readonly head: string;
  readonly rows: readonly TipRow[];
}

/** Shows beside the cursor what `read` says about the index that it is at. Built of nodes, so no name is ever markup. */
export function tipPlugin(read: (plot: uPlot, index: number) => Tip | undefined): uPlot.Plugin {
  let box: HTMLElement;
  return {
    hooks: {
      init: (plot) => {
        box = element('div', 'chart-tip');
        plot.over.append(box);
        plot.over.addEventListener('mouseleave', () => delete box.dataset.on);
      },
      setCursor: (plot) => {
        const { idx, left = -1 } = plot.cursor;
        // A cursor that is only synchronized stays a line: the tip is where the mouse is.
        const mine = plot.over.matches(':hover');
        const tip = !mine || idx === null || idx === undefined || left < 0 ? undefined : read(plot, idx);
        if (tip === undefined) {
          delete box.dataset.on;
          return;
        }
        box.replaceChildren(element('div', 'chart-tip-head', tip.head), ...tip.rows.map(row));
        const width = plot.over.clientWidth;
        const beside = left > width / 2 ? left - box.offsetWidth - 12 : left + 12;
        box.style.transform = `translateX(${Math.max(-40, Math.min(beside, width - box.offsetWidth + 40))}px)`;
        box.dataset.on = '';
      },
    },
  };
}

function row({ colour, name, value }: TipRow): HTMLElement {
  const line = element('div', 'chart-tip-row');
  const swatch = element('span', 'swatch');
  swatch.style.setProperty('--swatch', colour);
  line.append(swatch, element('span', '', name), element('span', '', value));
  return line;
}

function element(tag: 'div' | 'span', className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
