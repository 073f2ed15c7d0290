import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import type { RangeText } from '../time/time-range.ts';
import type { TracesSearch } from './traces-search.ts';

export type FoundTrace = InferResponseType<typeof api.traces.$get, 200>['rows'][number];
export type Span = InferResponseType<(typeof api.traces)[':traceId']['$get'], 200>['spans'][number];

/** What one and the same span of a trace must be, as the API takes it. */
export function spanFilter({ service, operation, status, min, max, run, filter }: TracesSearch) {
  return {
    ...(service !== undefined && { service }),
    ...(operation !== undefined && { operation }),
    ...(status !== undefined && { status }),
    ...(min !== undefined && { minDuration: min }),
    ...(max !== undefined && { maxDuration: max }),
    ...(run !== undefined && { run }),
    ...(filter !== undefined && { filter: [...filter] }),
  };
}

export type SpanFilter = ReturnType<typeof spanFilter>;

const PAGE_SIZE = 500;

export function tracePages(asked: RangeText, filter: SpanFilter) {
  return infiniteQueryOptions({
    queryKey: ['traces', asked, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      readAnswer(
        api.traces.$get(
          {
            query: {
              ...asked,
              ...filter,
              limit: String(PAGE_SIZE),
              ...(pageParam !== undefined && { cursor: pageParam }),
            },
          },
          { init: { signal } },
        ),
      ),
    getNextPageParam: (last) => (last.more ? last.older : undefined),
    placeholderData: keepPreviousData,
  });
}

/** More than the waterfall is made for are cut off, and said to be. */
const MOST_SPANS = 50_000;

export function traceQuery(traceId: string) {
  return queryOptions({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) =>
      readAnswer(
        api.traces[':traceId'].$get(
          { param: { traceId }, query: { limit: String(MOST_SPANS) } },
          { init: { signal } },
        ),
      ),
  });
}

const HOUR = 3_600_000;

/** The logs of a trace, oldest first; those who write them may have another clock. */
export function traceLogs(traceId: string, { from, to }: { readonly from: number; readonly to: number }) {
  return queryOptions({
    queryKey: ['logs', 'of trace', traceId, from, to],
    queryFn: ({ signal }) =>
      readAnswer(
        api.logs.$get(
          {
            query: {
              trace: traceId,
              from: new Date(Math.max(0, from - HOUR)).toISOString(),
              to: new Date(to + HOUR).toISOString(),
              order: 'newer',
              limit: '1000',
            },
          },
          { init: { signal } },
        ),
      ),
  });
}

/** What a field of spans has for values, for completion. */
export function spanValues(asked: RangeText, key: 'service' | 'name', service?: string) {
  return queryOptions({
    queryKey: ['facets', 'values', asked, key, service],
    queryFn: ({ signal }) =>
      readAnswer(
        api.facets.values.$get(
          {
            query: {
              ...asked,
              signal: 'traces',
              key,
              source: 'field',
              limit: '200',
              ...(service !== undefined && { service }),
            },
          },
          { init: { signal } },
        ),
      ),
    placeholderData: keepPreviousData,
  });
}
