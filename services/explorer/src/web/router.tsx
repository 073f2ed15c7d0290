import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { LOGS_SEARCH } from './logs/logs-search.ts';
import { METRICS_SEARCH } from './metrics/metrics-search.ts';
import { COMPARE_SEARCH, RUN_SEARCH, RUNS_SEARCH } from './runs/runs-search.ts';
import { SERVICES_SEARCH } from './services/services-search.ts';
import { AppShell } from './shell/app-shell.tsx';
import { ViewFailure, ViewNotFound, ViewPending } from './shell/view-states.tsx';
import { TRACE_SEARCH, TRACES_SEARCH } from './traces/traces-search.ts';
import { ROOT_SEARCH } from './url/root-search.ts';
import {
  parseSearch,
  readSearch,
  type SearchEntries,
  type SearchOf,
  stringifySearch,
} from './url/search-params.ts';

const root = createRootRoute({
  component: AppShell,
  validateSearch: reader(ROOT_SEARCH),
  search: { middlewares: [retainSearchParams(['from', 'to', 'tz', 'refresh'])] },
  notFoundComponent: ViewNotFound,
});

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/runs', replace: true });
  },
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: reader(RUNS_SEARCH),
  component: lazyRouteComponent(() => import('./runs/runs-view.tsx'), 'RunsView'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  validateSearch: reader(RUN_SEARCH),
  component: lazyRouteComponent(() => import('./runs/run-view.tsx'), 'RunView'),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare',
  validateSearch: reader(COMPARE_SEARCH),
  component: lazyRouteComponent(() => import('./runs/compare-view.tsx'), 'CompareView'),
});

const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  validateSearch: reader(LOGS_SEARCH),
  component: lazyRouteComponent(() => import('./logs/logs-view.tsx'), 'LogsView'),
});

const traces = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  validateSearch: reader(TRACES_SEARCH),
  component: lazyRouteComponent(() => import('./traces/traces-view.tsx'), 'TracesView'),
});

const trace = createRoute({
  getParentRoute: () => root,
  path: '/traces/$traceId',
  validateSearch: reader(TRACE_SEARCH),
  component: lazyRouteComponent(() => import('./traces/trace-view.tsx'), 'TraceView'),
});

const metrics = createRoute({
  getParentRoute: () => root,
  path: '/metrics',
  validateSearch: reader(METRICS_SEARCH),
  component: lazyRouteComponent(() => import('./metrics/metrics-view.tsx'), 'MetricsView'),
});

const services = createRoute({
  getParentRoute: () => root,
  path: '/services',
  validateSearch: reader(SERVICES_SEARCH),
  component: lazyRouteComponent(() => import('./services/services-view.tsx'), 'ServicesView'),
});

const routeTree = root.addChildren([index, runs, run, compare, logs, traces, trace, metrics, services]);

/** Every view has its own error boundary, and its own piece of script that comes when it is first opened. */
export function createPageRouter() {
  return createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    defaultErrorComponent: ViewFailure,
    defaultPendingComponent: ViewPending,
    defaultPendingMs: 150,
    defaultPreload: 'intent',
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}

function reader<E extends SearchEntries>(entries: E): (raw: Record<string, unknown>) => SearchOf<E> {
  return (raw) => readSearch(entries, raw);
}
