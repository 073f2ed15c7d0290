import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import { Icon, type IconName } from './icons.tsx';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children: ReactNode;
}

/** Where there is nothing to show: says why, and what to do. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Snippet({ title, text }: { readonly title: ReactNode; readonly text: string }) {
  return (
    <div className="snippet">
      <div className="snippet-head">
        {title}
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keys */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
