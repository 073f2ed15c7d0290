import type { ReactNode } from 'react';
import { type RunState, STATE_MEANINGS } from './run-state.ts';

const SHAPES: Readonly<Record<RunState, ReactNode>> = {
  running: <path d="M2 6a4 4 0 0 1 4-4" />,
  stalled: <path d="M4.300 3.500v5M7.700 3.500v5" />,
  finished: <path d="m2.500 6.300 2.500 2.500 4.700-5.300" />,
  failed: <path d="m3 3 6 6M9 3 3 9" />,
  vanished: <path d="M4.200 4.400a1.900 1.900 0 1 1 2.700 1.700C6.300 6.400 6 6.800 6 7.500M6 9.600v.1" />,
};

const KINDS: Readonly<Record<RunState, string>> = {
  running: 'accent',
  stalled: 'warn',
  finished: 'good',
  failed: 'bad',
  vanished: 'none',
};

/** The state of a run: a sign and its word, not colour alone. */
export function StateBadge({ state }: { readonly state: RunState }) {
  return (
    <span
      className="badge run-state"
      data-kind={KINDS[state]}
      data-state={state}
      title={STATE_MEANINGS[state]}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {state === 'running' && <circle cx="6" cy="6" r="4" className="run-state-ring" />}
        {SHAPES[state]}
      </svg>
      {state}
    </span>
  );
}
