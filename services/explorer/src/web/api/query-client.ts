import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';

/** Asks again what may succeed later: when nobody answered, or there was too much to do. */
const AGAIN = new Set([0, 503]);

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // An answer is about a range of time that is part of its key: it does not grow old by itself.
        staleTime: 60_000,
        gcTime: 120_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && AGAIN.has(error.status),
      },
    },
  });
}
