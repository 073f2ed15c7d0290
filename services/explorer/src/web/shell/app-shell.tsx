import { Link, Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { TimeProvider } from '../time/time-context.tsx';
import { Icon } from '../ui/icons.tsx';
import { TooltipLayer } from '../ui/tooltip-layer.tsx';
import { Brand } from './brand.tsx';
import { Navigation, NavigationKeys } from './navigation.tsx';
import { ShortcutsProvider } from './shortcuts.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** What stands around every view. */
export function AppShell() {
  const [narrow, setNarrow] = useState(readNarrow);
  const toggle = () => {
    setNarrow(!narrow);
    keepNarrow(!narrow);
  };
  return (
    <ShortcutsProvider>
      <TimeProvider>
        <NavigationKeys />
        <TooltipLayer />
        <a className="skip-link" href="#main">
          Skip to the view
        </a>
        <div className="shell" data-rail={narrow ? 'narrow' : 'wide'}>
          <div className="rail">
            <Link to="/runs" className="brand" aria-label="ml-otel explorer: to the runs">
              <Brand />
              <span>
                ml-otel <small>explorer</small>
              </span>
            </Link>
            <Navigation place="rail" />
            <div className="rail-foot">
              <ThemeSwitch />
              <button
                type="button"
                className="rail-link rail-toggle"
                aria-label={narrow ? 'Show the names of the views' : 'Collapse to pictures'}
                aria-expanded={!narrow}
                onClick={toggle}
              >
                <Icon name="rail" />
                <span>Collapse</span>
              </button>
            </div>
          </div>
          <main id="main" className="main" tabIndex={-1}>
            <Outlet />
          </main>
          <Navigation place="bottom" />
        </div>
      </TimeProvider>
    </ShortcutsProvider>
  );
}

function readNarrow(): boolean {
  try {
    return localStorage.getItem('rail') === 'narrow';
  } catch {
    return false;
  }
}

function keepNarrow(narrow: boolean): void {
  try {
    localStorage.setItem('rail', narrow ? 'narrow' : 'wide');
  } catch {
    // Storage may be forbidden: then it holds until the page is left.
  }
}
