import * as v from 'valibot';
import {
  choiceParam,
  flagParam,
  listParam,
  momentParam,
  textParam,
  traceIdParam,
} from '../url/param-schemas.ts';
import type { SearchOf } from '../url/search-params.ts';

/** The time and id of a record, as a page gave them: `2026-01-02T03:04:05.000000006Z~123`. */
const recordParam = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z~\d{1,20}$/));

export const LOGS_SEARCH = {
  q: textParam,
  severity: choiceParam('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
  service: textParam,
  run: textParam,
  trace: traceIdParam,
  filter: listParam,
  /** The record that is open. */
  record: recordParam,
  /** The record whose surroundings are shown. */
  around: recordParam,
  /** The list opens at this moment, and goes on from there both ways. */
  at: momentParam,
  /** Whether what comes in is shown as it comes. */
  tail: flagParam,
} as const;

export type LogsSearch = SearchOf<typeof LOGS_SEARCH>;
