import { choiceParam, textParam } from '../url/param-schemas.ts';
import type { SearchOf } from '../url/search-params.ts';

export const SERVICES_SEARCH = {
  /** The service that is open. */
  service: textParam,
  /** The operation of it that the charts are about. */
  operation: textParam,
  sort: choiceParam('service', 'rate', 'errors', 'p50', 'p90', 'p99'),
  order: choiceParam('asc', 'desc'),
} as const;

export type ServicesSearch = SearchOf<typeof SERVICES_SEARCH>;
