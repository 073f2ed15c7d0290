import * as v from 'valibot';
import { choiceParam, flagParam, listParam, spanIdParam, textParam } from '../url/param-schemas.ts';
import type { SearchOf } from '../url/search-params.ts';

/** As the API takes it: `250us`, `1.5s`. */
const durationParam = v.pipe(v.string(), v.regex(/^\d{1,9}(\.\d{1,9})?(ns|us|ms|s|m|h|d)$/));

export const TRACES_SEARCH = {
  service: textParam,
  operation: textParam,
  status: choiceParam('Ok', 'Error', 'Unset'),
  min: durationParam,
  max: durationParam,
  run: textParam,
  filter: listParam,
} as const;

export type TracesSearch = SearchOf<typeof TRACES_SEARCH>;

export const TRACE_SEARCH = {
  /** The span that is open. */
  span: spanIdParam,
  /** What is looked for in names, services and attributes. */
  q: textParam,
  /** Whether only spans with errors, and those above them, are shown. */
  errors: flagParam,
} as const;

export type TraceSearch = SearchOf<typeof TRACE_SEARCH>;
