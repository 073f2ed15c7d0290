import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
  /** Beside the title. */
  readonly tools?: ReactNode;
}

/** A dialog that was opened once, or is. */
export function OpenedDialog({ title, open, onClose, children, className = '', tools }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={`dialog ${className}`}>
          <div className="dialog-head">
            <Base.Title>{title}</Base.Title>
            {tools}
            {/* Without a tooltip: it would take the first Escape for itself. */}
            <Base.Close className="button" data-kind="quiet" data-icon-only="" aria-label="Close">
              <Icon name="close" />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
