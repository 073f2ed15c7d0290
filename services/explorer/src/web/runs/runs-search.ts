import * as v from 'valibot';
import {
  choiceParam,
  flagParam,
  listParam,
  numberParam,
  textParam,
  timeParam,
} from '../url/param-schemas.ts';
import type { SearchOf } from '../url/search-params.ts';
import { RUN_STATES } from './run-state.ts';

/** So many runs can be chosen and compared. */
export const MOST_COMPARED = 100;

const runIdsParam = v.pipe(
  v.union([
    v.array(textParam),
    v.pipe(
      textParam,
      v.transform((one) => [one]),
    ),
  ]),
  v.maxLength(MOST_COMPARED),
  v.transform((ids) => [...new Set(ids)]),
);

const statesParam = v.pipe(listParam, v.array(v.picklist(RUN_STATES)));

export const RUNS_SEARCH = {
  q: textParam,
  state: statesParam,
  model: textParam,
  dataset: textParam,
  project: textParam,
  tag: textParam,
  /** As the API takes them: `key:value`. */
  label: listParam,
  /** Missing is by start. */
  sortBy: choiceParam('activity', 'duration', 'name'),
  /** Missing is descending, of names ascending. */
  sortWay: choiceParam('ascending', 'descending'),
  group: choiceParam('state', 'model', 'dataset', 'project'),
  /** Ids of the runs that are chosen. */
  selected: runIdsParam,
} as const;

export type RunsSearch = SearchOf<typeof RUNS_SEARCH>;

/** How charts over runs are drawn, whether of one run or of many. */
const CHARTS = {
  /** By what: missing is the step. */
  x: choiceParam('step', 'epoch', 'time', 'relative'),
  /** The weight of what was before, in hundredths. */
  smooth: v.pipe(numberParam, v.minValue(0), v.maxValue(99.9)),
  log: flagParam,
  /** Whether the axis leaves out what lies far off. */
  clip: flagParam,
  /** The range of x that is shown, in the units of x. */
  x0: numberParam,
  x1: numberParam,
  /** What names of metrics have in them. */
  q: textParam,
  /** The metric that fills the window. */
  metric: textParam,
} as const;

export type ChartSearch = SearchOf<typeof CHARTS>;

export const RUN_SEARCH = {
  ...CHARTS,
  tab: choiceParam('config'),
  /** The moment that is looked at: charts mark it, logs and spans of the run around it are beside. */
  at: timeParam,
  /** How far around it. */
  around: choiceParam('2s', '30s', '1m', '5m', '30m'),
  /** Whether points that a later attempt went over are shown too. */
  attempts: flagParam,
} as const;

export type RunSearch = SearchOf<typeof RUN_SEARCH>;

export const COMPARE_SEARCH = {
  ...CHARTS,
  tab: choiceParam('config'),
  runs: runIdsParam,
  /** Of those, the ones that are not drawn. */
  hidden: runIdsParam,
  /** Whether configuration that is the same in all is shown too. */
  same: flagParam,
} as const;

export type CompareSearch = SearchOf<typeof COMPARE_SEARCH>;
