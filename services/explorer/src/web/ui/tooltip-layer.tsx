import { useEffect, useState } from 'react';
import { lazyPart } from './lazy-part.tsx';

const Tooltip = lazyPart(async () => (await import('./tooltip.tsx')).Tooltip);

const DELAY_MILLIS = 500;
/** Who goes from one to the next needs not wait again. */
const NEXT_MILLIS = 300;

/**
 * The one tooltip of the page: of whatever element with `data-tooltip` the pointer rests on, or the keyboard goes to. A
 * tooltip of its own for each button would cost a page of charts more than the charts.
 */
export function TooltipLayer() {
  const [anchor, setAnchor] = useState<Element>();
  useEffect(() => watchTooltips(setAnchor), []);
  const text = anchor?.getAttribute('data-tooltip');
  if (anchor === undefined || !text) return null;
  return <Tooltip anchor={anchor} text={text} />;
}

/** @returns ends it */
function watchTooltips(show: (anchor: Element | undefined) => void): () => void {
  let over: Element | undefined;
  let shown = false;
  let hiddenAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = () => {
    clearTimeout(timer);
    over = undefined;
    if (!shown) return;
    shown = false;
    hiddenAt = performance.now();
    show(undefined);
  };
  const reach = (target: EventTarget | null) => {
    const element = target instanceof Element ? (target.closest('[data-tooltip]') ?? undefined) : undefined;
    if (element === over) return;
    hide();
    over = element;
    if (element === undefined) return;
    const wait = performance.now() - hiddenAt < NEXT_MILLIS ? 0 : DELAY_MILLIS;
    timer = setTimeout(() => {
      if (!element.isConnected) return;
      shown = true;
      show(element);
    }, wait);
  };
  const ended = new AbortController();
  const on = <K extends keyof DocumentEventMap>(type: K, hear: (event: DocumentEventMap[K]) => void) =>
    document.addEventListener(type, hear, { signal: ended.signal, passive: true, capture: true });
  on('pointerover', ({ target, pointerType }) => pointerType === 'mouse' && reach(target));
  on(
    'focusin',
    ({ target }) => target instanceof Element && target.matches(':focus-visible') && reach(target),
  );
  on('focusout', hide);
  on('pointerdown', hide);
  on('keydown', ({ key }) => key === 'Escape' && hide());
  return () => {
    ended.abort();
    clearTimeout(timer);
  };
}
