import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import type { RangeText } from '../time/time-range.ts';
import type { LogsSearch } from './logs-search.ts';
import { leastNumber } from './severity.ts';

export type LogRecord = InferResponseType<typeof api.logs.$get, 200>['rows'][number];

/** What the records must be, as the API takes it. */
export function logFilter({ q, severity, service, run, trace, filter }: LogsSearch) {
  return {
    ...(q !== undefined && { text: q }),
    ...(severity !== undefined && { severity: String(leastNumber(severity)) }),
    ...(service !== undefined && { service }),
    ...(run !== undefined && { run }),
    ...(trace !== undefined && { trace }),
    ...(filter !== undefined && { filter: [...filter] }),
  };
}

export type LogFilter = ReturnType<typeof logFilter>;

export const PAGE_SIZE = 200;

interface PageParam {
  readonly order: 'older' | 'newer';
  readonly cursor?: string;
  /** In the place of the range's own, where a walk begins at a moment. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * Pages of records, the newest first. With a moment the first page is what was just before it, and there are pages in both
 * directions; else there are older ones only.
 */
export function logPages(asked: RangeText, filter: LogFilter, at: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['logs', asked, filter, at],
    initialPageParam: (at === undefined ? { order: 'older' } : { order: 'older', to: at }) as PageParam,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...asked, ...filter, limit: String(PAGE_SIZE), ...pageParam };
      const page = await readAnswer(api.logs.$get({ query }, { init: { signal } }));
      return pageParam.order === 'newer' ? { ...page, rows: page.rows.toReversed() } : page;
    },
    getNextPageParam: (last, _, { order }): PageParam | undefined =>
      (order === 'newer' || last.more) && last.older !== undefined
        ? { order: 'older', cursor: last.older }
        : undefined,
    getPreviousPageParam: (first, _, { order }): PageParam | undefined => {
      if (at === undefined) return undefined;
      if (order === 'older') return { order: 'newer', from: at };
      return first.more && first.newer !== undefined ? { order: 'newer', cursor: first.newer } : undefined;
    },
    // Rows of another question are no place to stand at.
    ...(at === undefined && { placeholderData: keepPreviousData }),
  });
}

export function logHistogram(asked: RangeText, filter: LogFilter, buckets: number) {
  return queryOptions({
    queryKey: ['logs', 'histogram', asked, filter, buckets],
    queryFn: ({ signal }) =>
      readAnswer(
        api.logs.histogram.$get(
          { query: { ...asked, ...filter, buckets: String(buckets) } },
          { init: { signal } },
        ),
      ),
    placeholderData: keepPreviousData,
  });
}

/** What was logged around a record, by whatever the filter says. */
export function logContext(
  { time, id }: { time: string; id: string },
  filter: Pick<LogFilter, 'service' | 'run'>,
  lines: number,
) {
  return queryOptions({
    queryKey: ['logs', 'context', time, id, filter, lines],
    queryFn: ({ signal }) =>
      readAnswer(
        api.logs.context.$get(
          { query: { time, id, ...filter, before: String(lines), after: String(lines) } },
          { init: { signal } },
        ),
      ),
    placeholderData: keepPreviousData,
  });
}

export function recordKey({ time, id }: Pick<LogRecord, 'time' | 'id'>): string {
  return `${time}~${id}`;
}

export function readRecordKey(key: string): { time: string; id: string } {
  const at = key.indexOf('~');
  return { time: key.slice(0, at), id: key.slice(at + 1) };
}

/** The run that a record is of: its own word, else its resource's. */
export function runOf({
  attributes,
  resource,
}: Pick<LogRecord, 'attributes' | 'resource'>): string | undefined {
  return attributes['job.id'] ?? resource['job.id'];
}
