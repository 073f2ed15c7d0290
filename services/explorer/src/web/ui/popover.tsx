import { cloneElement, useState } from 'react';
import { lazyPart } from './lazy-part.tsx';
import type { PopoverProps } from './popover-opened.tsx';

const load = async () => (await import('./popover-opened.tsx')).OpenedPopover;
const OpenedPopover = lazyPart(load, ({ trigger }) => trigger);

type Controlled = 'open' | 'onOpenChange';

/**
 * Something small beside its button: it takes the focus, and Escape or a click elsewhere closes it. Until it is first opened
 * there is the button alone, and no script for the rest.
 */
export function Popover({
  open,
  onOpenChange,
  trigger,
  ...rest
}: Omit<PopoverProps, Controlled> & Partial<Pick<PopoverProps, Controlled>>) {
  const [own, setOwn] = useState(false);
  const shown = open ?? own;
  const [touched, setTouched] = useState(shown);
  if (shown && !touched) setTouched(true);
  const change = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  if (touched) return <OpenedPopover {...rest} trigger={trigger} open={shown} onOpenChange={change} />;
  return cloneElement(trigger, {
    'aria-haspopup': 'dialog',
    'aria-expanded': false,
    onClick: () => change(true),
    onPointerEnter: load,
    onFocus: load,
  });
}
