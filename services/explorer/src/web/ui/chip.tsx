import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';

interface ChipProps {
  /** What is taken away with it, for a screen reader. */
  readonly label: string;
  readonly kind?: 'include' | 'exclude';
  readonly onRemove: () => void;
  readonly children: ReactNode;
}

/** One filter that is on. */
export function Chip({ label, kind = 'include', onRemove, children }: ChipProps) {
  return (
    <span className="chip" data-kind={kind}>
      <span>{children}</span>
      <button type="button" aria-label={`Remove ${label}`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </span>
  );
}
