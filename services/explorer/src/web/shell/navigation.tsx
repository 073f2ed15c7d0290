import { Link, useNavigate } from '@tanstack/react-router';
import { Icon, type IconName } from '../ui/icons.tsx';
import { useShortcuts } from './shortcuts.tsx';

interface Destination {
  readonly to: '/runs' | '/compare' | '/logs' | '/traces' | '/metrics' | '/services';
  readonly label: string;
  readonly icon: IconName;
  /** After `g`. */
  readonly key: string;
  /** Left out where there is room for five. */
  readonly wideOnly?: boolean;
}

const DESTINATIONS: readonly Destination[] = [
  { to: '/runs', label: 'Runs', icon: 'runs', key: 'r' },
  { to: '/compare', label: 'Compare', icon: 'compare', key: 'c', wideOnly: true },
  { to: '/logs', label: 'Logs', icon: 'logs', key: 'l' },
  { to: '/traces', label: 'Traces', icon: 'traces', key: 't' },
  { to: '/metrics', label: 'Metrics', icon: 'metrics', key: 'm' },
  { to: '/services', label: 'Services', icon: 'services', key: 's' },
];

/** The ways to all views. */
export function Navigation({ place }: { readonly place: 'rail' | 'bottom' }) {
  return (
    <nav className={place === 'rail' ? 'rail-links' : 'bottom-bar'} aria-label="Views">
      {DESTINATIONS.filter(({ wideOnly }) => place === 'rail' || !wideOnly).map(
        ({ to, label, icon, key }) => (
          <Link
            key={to}
            to={to}
            className="rail-link"
            activeProps={{ className: 'active' }}
            aria-label={label}
            title={label}
          >
            <Icon name={icon} />
            <span>{label}</span>
            <kbd>g {key}</kbd>
          </Link>
        ),
      )}
    </nav>
  );
}

export function NavigationKeys() {
  const navigate = useNavigate();
  useShortcuts(
    DESTINATIONS.map(({ to, label, key }) => ({
      keys: `g ${key}`,
      label: `Go to ${label}`,
      run: () => void navigate({ to }),
      group: 'Everywhere',
    })),
  );
  return null;
}
