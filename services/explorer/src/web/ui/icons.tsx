import type { ReactNode } from 'react';

/** Drawn on a grid of 20, with lines of 1.5: one hand for all of them. They say nothing to a screen reader. */
const PATHS = {
  runs: <path d="M3 4c1.3 7.6 4.5 10.6 14 12M3 16.5V17M11 5h6M13.5 9H17" />,
  compare: <path d="M3 5c2 6 5 8.5 14 9.5M3 11c3 4 6 5 14 5M12 4h5M14.5 8H17" />,
  logs: <path d="M3 5h2M8 5h9M3 10h2M8 10h9M3 15h2M8 15h6" />,
  traces: <path d="M3 4.5h10M6 9h8M9 13.5h8M6 4.5V9M9 9v4.5" />,
  metrics: <path d="M3 3v14h14M6 13l3.5-4.5 3 2.5L17 5" />,
  services: <path d="M4 4.5h12v4H4zM4 11.5h12v4H4zM7 6.5h.01M7 13.5h.01" />,
  search: <path d="M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.5 13.5 17 17" />,
  clock: <path d="M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v4.2l2.8 1.8" />,
  refresh: (
    <path d="M16.5 9A6.6 6.6 0 0 0 4.6 6.4L3 8M3 4v4h4M3.5 11a6.6 6.6 0 0 0 11.9 2.6L17 12M17 16v-4h-4" />
  ),
  close: <path d="m5 5 10 10M15 5 5 15" />,
  chevronDown: <path d="m5.5 8 4.5 4.5L14.5 8" />,
  chevronRight: <path d="m8 5.5 4.5 4.5L8 14.5" />,
  chevronLeft: <path d="M12 5.5 7.5 10l4.5 4.5" />,
  plus: <path d="M10 4v12M4 10h12" />,
  minus: <path d="M4 10h12" />,
  copy: <path d="M7 7V3.5h9.500V13H13M3.500 7H13v9.500H3.500z" />,
  check: <path d="m4 10.5 4 4L16 6" />,
  sun: (
    <path d="M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100" />
  ),
  moon: <path d="M16.500 11.800A7 7 0 0 1 8.200 3.500a7 7 0 1 0 8.300 8.300z" />,
  screen: <path d="M3 4h14v9.500H3zM7 17h6M10 13.500V17" />,
  keyboard: (
    <path d="M2.500 5.500h15v9h-15zM5.500 8.500h.01M8.500 8.500h.01M11.500 8.500h.01M14.500 8.500h.01M6.500 11.500h7" />
  ),
  rail: <path d="M3 4h14v12H3zM8 4v12" />,
  warning: <path d="M10 3 2.500 16.500h15zM10 8v4M10 14.200v.1" />,
  play: <path d="m6.500 4.500 9 5.500-9 5.500z" />,
  pause: <path d="M7 4.500v11M13 4.500v11" />,
  link: (
    <path d="M8.500 11.500a3 3 0 0 0 4.300 0l2.700-2.700a3 3 0 0 0-4.300-4.300l-1 1M11.500 8.500a3 3 0 0 0-4.300 0l-2.700 2.700a3 3 0 0 0 4.300 4.300l1-1" />
  ),
  filter: <path d="M3 5h14M5.500 10h9M8 15h4" />,
  context: <path d="M3 10h14M6 5.500h11M6 14.500h11M3 5.500h.01M3 14.500h.01" />,
  arrowUp: <path d="M10 16V4M5 9l5-5 5 5" />,
  arrowDown: <path d="M10 4v12M5 11l5 5 5-5" />,
  zoomOut: <path d="M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.500 13.500 17 17M6.500 9h5" />,
  columns: <path d="M3 4h14v12H3zM7.700 4v12M12.300 4v12" />,
  download: <path d="M10 3v9M6 8.500l4 4 4-4M3.500 16.500h13" />,
  expand: <path d="M8 3H3v5M12 17h5v-5M3 3l5.500 5.500M17 17l-5.500-5.500" />,
  edit: <path d="M4 16l.8-3.500L13.500 3.800l2.700 2.700-8.700 8.700zM11.500 5.800l2.700 2.700" />,
  trash: (
    <path d="M4 5.500h12M8 5.500V3.500h4v2M5.500 5.500l.7 11h7.600l.7-11M8.500 8.500v5M11.500 8.500v5" />
  ),
  pin: <path d="M7 3h6l-.7 5 2.700 3H5l2.700-3zM10 11v6" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {PATHS[name]}
    </svg>
  );
}
