import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import type { RunsSearch } from './runs-search.ts';

export type Run = InferResponseType<typeof api.runs.$get, 200>['rows'][number];
export type RunPage = InferResponseType<typeof api.runs.$get, 200>;
export type RunDetail = InferResponseType<(typeof api.runs)[':id']['$get'], 200>;
export type RunMetric = InferResponseType<(typeof api.runs)[':id']['metrics']['$get'], 200>['rows'][number];

const PAGE_SIZE = 200;

/** What the runs must be and how they lie, as the API takes it. */
export function runFilter({ q, state, model, dataset, project, tag, label }: RunsSearch) {
  return {
    ...(q !== undefined && { search: q }),
    ...(state !== undefined && { state: [...state] }),
    ...(model !== undefined && { model }),
    ...(dataset !== undefined && { dataset }),
    ...(project !== undefined && { project }),
    ...(tag !== undefined && { tag }),
    ...(label !== undefined && { label: [...label] }),
  };
}

export type RunFilter = ReturnType<typeof runFilter>;

export function runOrder({ sortBy, sortWay }: Pick<RunsSearch, 'sortBy' | 'sortWay'>) {
  return {
    sort: sortBy ?? 'start',
    order: sortWay ?? (sortBy === 'name' ? 'ascending' : 'descending'),
  } as const;
}

export function runPages(filter: RunFilter, order: ReturnType<typeof runOrder>) {
  return infiniteQueryOptions({
    queryKey: ['runs', 'list', filter, order],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      readAnswer(
        api.runs.$get(
          {
            query: { ...filter, ...order, limit: String(PAGE_SIZE), ...(cursor !== undefined && { cursor }) },
          },
          { init: { signal } },
        ),
      ),
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}

export function runDetail(id: string) {
  return queryOptions({
    queryKey: ['runs', 'detail', id],
    queryFn: ({ signal }) =>
      readAnswer(api.runs[':id'].$get({ param: { id: encodeURIComponent(id) } }, { init: { signal } })),
  });
}

/** Several at once, a hundred at most: in the order of the ids, without those that there are not. */
export function runsById(ids: readonly string[]) {
  return queryOptions({
    queryKey: ['runs', 'by-id', ids],
    queryFn: async ({ signal }) => {
      const query = { id: [...ids], sort: 'start', order: 'descending', limit: String(ids.length) } as const;
      const { rows } = await readAnswer(api.runs.$get({ query }, { init: { signal } }));
      const found = new Map(rows.map((run) => [run.id, run]));
      return ids.flatMap((id) => found.get(id) ?? []);
    },
  });
}

export function runMetrics(id: string) {
  return queryOptions({
    queryKey: ['runs', 'metrics', id],
    queryFn: ({ signal }) =>
      readAnswer(
        api.runs[':id'].metrics.$get({ param: { id: encodeURIComponent(id) } }, { init: { signal } }),
      ),
  });
}

/** The names alone: of ten thousand curves of each of a hundred runs the rest would be too much to keep. */
export function metricNames(ids: readonly string[]) {
  const [id = '', ...run] = ids;
  return queryOptions({
    queryKey: ['runs', 'metric-names', ids],
    queryFn: async ({ signal }) => {
      const asked = { param: { id: encodeURIComponent(id) }, query: run.length > 0 ? { run } : {} };
      return (await readAnswer(api.runs[':id'].metrics.names.$get(asked, { init: { signal } }))).names;
    },
  });
}

export interface RunEdit {
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly notes?: string;
}

export function editRun(id: string, edit: RunEdit): Promise<RunDetail> {
  const { tags, ...rest } = edit;
  return readAnswer(
    api.runs[':id'].$patch({
      param: { id: encodeURIComponent(id) },
      json: { ...rest, ...(tags !== undefined && { tags: [...tags] }) },
    }),
  );
}

export function deleteRun(id: string) {
  return readAnswer(api.runs[':id'].$delete({ param: { id: encodeURIComponent(id) } }));
}
