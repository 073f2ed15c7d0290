import { useState } from 'react';
import { useShortcuts } from './shortcuts.tsx';

interface ListKeys {
  readonly count: number;
  /** Opens, or closes again, the one at the index. */
  readonly onOpen: (index: number) => void;
  /** What Escape closes; undefined while there is nothing to close. */
  readonly onClose?: (() => void) | undefined;
  /** Brings it into sight. */
  readonly onMove: (index: number) => void;
  readonly noun: string;
}

/** `j` and `k` walk through a list, `Enter` opens, `Escape` closes. Gives the index that is marked; -1 is none. */
export function useListKeys({ count, onOpen, onClose, onMove, noun }: ListKeys) {
  const [marked, mark] = useState(-1);
  const current = Math.min(marked, count - 1);
  const move = (by: number) => {
    if (count === 0) return;
    const next = Math.max(0, Math.min(count - 1, current + by));
    mark(next);
    onMove(next);
  };
  useShortcuts([
    { keys: 'j', label: `Next ${noun}`, run: () => move(1) },
    { keys: 'k', label: `Previous ${noun}`, run: () => move(-1) },
    ...(current >= 0 ? [{ keys: 'Enter', label: `Open the ${noun}`, run: () => onOpen(current) }] : []),
    ...(onClose === undefined ? [] : [{ keys: 'Escape', label: 'Close', run: onClose }]),
  ]);
  return { marked: current, mark };
}
