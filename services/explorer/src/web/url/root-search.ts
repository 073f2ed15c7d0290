import { choiceParam, timeParam } from './param-schemas.ts';
import type { SearchOf } from './search-params.ts';

/** What every view has: the time that it is about, how often it looks again, and how it writes times. */
export const ROOT_SEARCH = {
  from: timeParam,
  to: timeParam,
  refresh: choiceParam('5s', '10s', '1m'),
  tz: choiceParam('utc'),
} as const;

export type RootSearch = SearchOf<typeof ROOT_SEARCH>;

export const REFRESH_MILLIS: Readonly<Record<NonNullable<RootSearch['refresh']>, number>> = {
  '5s': 5_000,
  '10s': 10_000,
  '1m': 60_000,
};
