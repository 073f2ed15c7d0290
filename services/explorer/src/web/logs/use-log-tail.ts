import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { followEvents, type LiveState } from '../live/live-events.ts';
import { type LogFilter, type LogRecord, recordKey } from './logs-query.ts';

export interface LogTail {
  /** What came in while it was followed, the newest first. */
  readonly rows: readonly LogRecord[];
  /** How many more came in while the list was paused. */
  readonly waiting: number;
  /** Shows them. */
  readonly release: () => void;
  readonly state: LiveState;
}

/** More are not kept: whoever wants older ones leaves the tail, and the list has them. */
const MOST = 5_000;

interface Held {
  readonly shown: readonly LogRecord[];
  readonly waiting: readonly LogRecord[];
}

const NONE: Held = { shown: [], waiting: [] };

/** Follows log records as they come in; while paused they wait, so that nothing moves under a reader. */
export function useLogTail(
  filter: LogFilter,
  { on, paused }: { readonly on: boolean; readonly paused: boolean },
): LogTail {
  const [state, setState] = useState<LiveState>('connecting');
  const [held, setHeld] = useState(NONE);
  const isPaused = useRef(paused);
  isPaused.current = paused;
  const url = useMemo(() => tailUrl(filter), [filter]);
  useEffect(() => {
    setHeld(NONE);
    if (!on) return;
    const take = (data: string) => {
      const { records } = JSON.parse(data) as { records: LogRecord[] };
      setHeld(({ shown, waiting }) => {
        const known = new Set([...shown, ...waiting].map(recordKey));
        const fresh = records.filter((record) => !known.has(recordKey(record)));
        if (isPaused.current) return { shown, waiting: newestFirst([...fresh, ...waiting]) };
        return { shown: newestFirst([...fresh, ...waiting, ...shown]), waiting: [] };
      });
    };
    return followEvents(url, { events: { logs: take }, onState: setState });
  }, [on, url]);
  const release = useCallback(
    () => setHeld(({ shown, waiting }) => ({ shown: newestFirst([...waiting, ...shown]), waiting: [] })),
    [],
  );
  useEffect(() => {
    if (!paused) release();
  }, [paused, release]);
  return { rows: on ? held.shown : NONE.shown, waiting: on ? held.waiting.length : 0, release, state };
}

function newestFirst(records: LogRecord[]): LogRecord[] {
  return records.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, MOST);
}

function tailUrl(filter: LogFilter): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, one);
  return `/api/tail/logs?${params}`;
}
