import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followEvents, type LiveState } from '../live/live-events.ts';
import type { Run, RunPage } from './runs-query.ts';

interface RunsNews {
  readonly runs: readonly Run[];
  readonly gone: readonly string[];
}

const LIST = ['runs', 'list'];
/** Milliseconds between two looks at the list because of runs that it does not have. */
const LEAST_BETWEEN = 2_000;

/** Keeps every list of runs as it is in the store: runs change in place; one that is new has the list asked for again. */
export function useRunsTail(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const known = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askAgain = () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          void client.invalidateQueries({ queryKey: LIST });
        },
        Math.max(0, LEAST_BETWEEN - (Date.now() - lastLook(client))),
      );
    };
    const hear = (text: string) => {
      const { runs, gone } = JSON.parse(text) as RunsNews;
      const missing = patchLists(client, runs, gone);
      // A list that is filtered will never have some of them: each is asked for once.
      if (missing.some((id) => !known.has(id))) askAgain();
      for (const { id } of runs) known.add(id);
      for (const id of gone) known.delete(id);
    };
    const end = followEvents('/api/tail/runs', { events: { runs: hear }, onState: setState });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [client]);
  return state;
}

/** @returns ids of runs that no list has */
function patchLists(client: QueryClient, runs: readonly Run[], gone: readonly string[]): string[] {
  const changed = new Map(runs.map((run) => [run.id, run]));
  const removed = new Set(gone);
  const missing = new Set(changed.keys());
  client.setQueriesData<InfiniteData<RunPage>>({ queryKey: LIST }, (list) => {
    if (list === undefined) return list;
    return {
      ...list,
      pages: list.pages.map((page) => {
        if (!page.rows.some(({ id }) => changed.has(id) || removed.has(id))) return page;
        const rows = page.rows
          .filter(({ id }) => !removed.has(id))
          .map((row) => {
            missing.delete(row.id);
            return changed.get(row.id) ?? row;
          });
        return { ...page, rows };
      }),
    };
  });
  return [...missing];
}

function lastLook(client: QueryClient): number {
  return Math.max(
    0,
    ...client
      .getQueryCache()
      .findAll({ queryKey: LIST, type: 'active' })
      .map(({ state }) => state.dataUpdatedAt),
  );
}
