import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
  /** Beside the title. */
  readonly tools?: ReactNode;
}

/** A window over the page; Escape closes it and gives the focus back. */
export function Dialog({ title, open, onClose, children, className = '', tools }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={`dialog ${className}`}>
          <div className="dialog-head">
            <Base.Title>{title}</Base.Title>
            {tools}
            <Base.Close render={<IconButton icon="close" label="Close" keys="Esc" />} />
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
