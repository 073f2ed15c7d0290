import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

type ButtonProps = Omit<ComponentProps<'button'>, 'type'> & {
  readonly kind?: 'primary' | 'plain' | 'quiet';
  readonly icon?: IconName;
};

export function Button({ kind = 'plain', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} data-kind={kind} className={className ?? 'button'}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, 'children' | 'icon'> & {
  readonly icon: IconName;
  /** What it does: its name for a screen reader, and its tooltip. */
  readonly label: string;
  /** The keys that do the same. */
  readonly keys?: string;
};

export function IconButton({ icon, label, keys, kind = 'quiet', ...rest }: IconButtonProps) {
  return (
    <WithTooltip text={keys === undefined ? label : `${label} (${keys})`}>
      <button
        type="button"
        aria-label={label}
        className="button"
        {...rest}
        data-kind={kind}
        data-icon-only=""
      >
        <Icon name={icon} />
      </button>
    </WithTooltip>
  );
}

/** Shows a text beside the one element it holds, on hover and focus. The element has a name of its own. */
export function WithTooltip({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children as React.ReactElement<Record<string, unknown>>} delay={500} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="popup-layer">
          <Tooltip.Popup className="tooltip">{text}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
