import { useState } from 'react';
import type { DialogProps } from './dialog-opened.tsx';
import { lazyPart } from './lazy-part.tsx';

const OpenedDialog = lazyPart(async () => (await import('./dialog-opened.tsx')).OpenedDialog);

/** A window over the page; Escape closes it and gives the focus back. Its script comes when it is first opened. */
export function Dialog(props: DialogProps) {
  const [touched, setTouched] = useState(props.open);
  if (props.open && !touched) setTouched(true);
  return touched ? <OpenedDialog {...props} /> : null;
}
