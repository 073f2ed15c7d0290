import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import type { RangeText } from '../time/time-range.ts';

export type ServiceRow = InferResponseType<typeof api.services.$get, 200>['rows'][number];

const QUANTILES = ['0.5', '0.9', '0.99'];

/** Requests, errors and durations of all services, or of the operations of one. */
export function serviceRows(asked: RangeText, service?: string) {
  return queryOptions({
    queryKey: ['services', asked, service],
    queryFn: ({ signal }) =>
      readAnswer(
        api.services.$get(
          {
            query: {
              ...asked,
              quantile: QUANTILES,
              ...(service !== undefined && { service, by: 'operation' as const }),
            },
          },
          { init: { signal } },
        ),
      ),
    placeholderData: keepPreviousData,
  });
}

export function serviceOverTime(asked: RangeText, service: string, operation?: string) {
  return queryOptions({
    queryKey: ['services', 'over time', asked, service, operation],
    queryFn: ({ signal }) =>
      readAnswer(
        api.services['over-time'].$get(
          {
            query: { ...asked, service, quantile: QUANTILES, ...(operation !== undefined && { operation }) },
          },
          { init: { signal } },
        ),
      ),
    placeholderData: keepPreviousData,
  });
}
