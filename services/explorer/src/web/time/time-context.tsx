import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { REFRESH_MILLIS, type RootSearch } from '../url/root-search.ts';
import type { TimeZone } from './format-time.ts';
import {
  absoluteRange,
  DEFAULT_RANGE,
  isLive,
  type MillisRange,
  type RangeText,
  resolveRange,
} from './time-range.ts';

interface Time {
  /** As the address has it. */
  readonly text: RangeText;
  /** What it meant when it was last looked at; all that one view shows is about this range. */
  readonly range: MillisRange;
  /** The same, as a question to the API takes it. */
  readonly asked: RangeText;
  readonly zone: TimeZone;
  /** Whether it moves with the time. */
  readonly live: boolean;
  readonly refresh: RootSearch['refresh'];
  readonly setRange: (range: RangeText) => void;
  /** Of a chart: from here to there. */
  readonly zoom: (range: MillisRange) => void;
  readonly setZone: (zone: TimeZone) => void;
  readonly setRefresh: (refresh: RootSearch['refresh']) => void;
  /** Looks again. */
  readonly lookAgain: () => void;
}

const Context = createContext<Time | undefined>(undefined);

export function useTime(): Time {
  const time = useContext(Context);
  if (time === undefined) throw new Error('useTime outside of TimeProvider');
  return time;
}

/** Holds what the time of the whole page is: the range, when it was looked at, and how times are written. */
export function TimeProvider({ children }: { readonly children: ReactNode }) {
  const search = useSearch({ strict: false }) as RootSearch;
  const navigate = useNavigate();
  const { from = DEFAULT_RANGE.from, to = DEFAULT_RANGE.to, refresh, tz } = search;
  const text = useMemo(() => ({ from, to }), [from, to]);
  const [seen, setSeen] = useState({ text, now: Date.now() });
  // Another range is another look; said while rendering, so that nothing is asked about the old one once more.
  const current = seen.text === text ? seen : { text, now: Date.now() };
  if (current !== seen) setSeen(current);
  const lookAgain = useCallback(() => setSeen((before) => ({ ...before, now: Date.now() })), []);
  useRefresh(isLive(text) ? refresh : undefined, lookAgain);
  const change = useCallback(
    (changed: Partial<RootSearch>) =>
      void navigate({ to: '.', search: ((before: object) => ({ ...before, ...changed })) as never }),
    [navigate],
  );
  const time = useMemo((): Time => {
    const range = resolveRange(text, current.now);
    return {
      text,
      range,
      asked: absoluteRange(range),
      zone: tz === 'utc' ? 'utc' : 'local',
      live: isLive(text),
      refresh,
      setRange: (next) => change(next),
      zoom: (next) => change(absoluteRange(next)),
      setZone: (zone) => change({ tz: zone === 'utc' ? 'utc' : undefined } as Partial<RootSearch>),
      setRefresh: (next) => change({ refresh: next } as Partial<RootSearch>),
      lookAgain,
    };
  }, [text, current.now, tz, refresh, change, lookAgain]);
  return <Context value={time}>{children}</Context>;
}

/** Looks again every so often, while somebody can see it; at once when the page comes back into sight. */
function useRefresh(refresh: RootSearch['refresh'], lookAgain: () => void): void {
  useEffect(() => {
    if (refresh === undefined) return;
    const every = REFRESH_MILLIS[refresh];
    let last = Date.now();
    const look = () => {
      if (document.hidden || Date.now() - last < every - 50) return;
      last = Date.now();
      lookAgain();
    };
    const timer = setInterval(look, every);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [refresh, lookAgain]);
}
