import type { ComponentProps } from 'react';
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
    <button
      type="button"
      aria-label={label}
      data-tooltip={keys === undefined ? label : `${label} (${keys})`}
      className="button"
      {...rest}
      data-kind={kind}
      data-icon-only=""
    >
      <Icon name={icon} />
    </button>
  );
}
