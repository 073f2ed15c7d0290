import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import type { RangeText } from '../time/time-range.ts';
import type { Aggregation } from './metric-question.ts';
import type { MetricsSearch } from './metrics-search.ts';

export type CatalogueEntry = InferResponseType<typeof api.metrics.$get, 200>['rows'][number];

/** @param run of which, without its curves; by default of all */
export function catalogue(asked: RangeText, run?: string) {
  return queryOptions({
    queryKey: ['metrics', asked, run ?? null],
    queryFn: ({ signal }) =>
      readAnswer(
        api.metrics.$get({ query: { ...asked, ...(run !== undefined && { run }) } }, { init: { signal } }),
      ),
    placeholderData: keepPreviousData,
  });
}

interface MetricQuestion extends Pick<MetricsSearch, 'across' | 'by' | 'service' | 'run' | 'filter'> {
  readonly metric: string;
  readonly type: CatalogueEntry['type'];
  readonly aggregation: Aggregation;
  /** As the API takes it; by default so that there are about a hundred. */
  readonly step?: string | undefined;
}

export function metricCurves(asked: RangeText, question: MetricQuestion) {
  const { metric, type, aggregation, across, by, service, run, filter, step } = question;
  return queryOptions({
    queryKey: ['metrics', 'query', asked, question],
    queryFn: ({ signal }) =>
      readAnswer(
        api.metrics.query.$get(
          {
            query: {
              ...asked,
              metric,
              aggregation,
              type,
              ...(step !== undefined && { step }),
              ...(across !== undefined && { across }),
              ...(by !== undefined && { groupBy: [...by] }),
              ...(service !== undefined && { service }),
              ...(run !== undefined && { run }),
              ...(filter !== undefined && { filter: [...filter] }),
            },
          },
          { init: { signal } },
        ),
      ),
    placeholderData: keepPreviousData,
  });
}
